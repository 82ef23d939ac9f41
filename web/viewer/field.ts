// The field: OpenSeadragon with our levels, the hatch over what cannot be shown, and where the eye stands.
import { signal } from "@preact/signals";
import OpenSeadragon from "openseadragon";
import type { Level, Scan } from "../shell/wire";
import { drawnLevel, smallestFirst } from "./geometry";
import { type Missing, tileSourceOf } from "./tilesource";

export interface Sight {
  /** Device pixels per pixel of the scan's largest level. */
  zoom: number;
  /** The field's size in pixels of the largest level. */
  width: number; height: number;
  rotation: number; mirrored: boolean;
  /** The whole slide is in the field, as after "Fit". */
  whole: boolean;
}

const MIN_PIXEL_RATIO = 0.8, STEP = 1.5, PAN = 0.8, MOST_HATCHES = 400, SECONDS = 0.15;
const MAP = { width: 180, height: 241, least: 24 };
interface Hatch { level: number; element: HTMLElement }

/** One field on the page; `close` gives everything back. */
export class Field {
  readonly sight = signal<Sight | null>(null);
  /** How many tiles could not be had, by reason, on the slide that is shown. */
  readonly missing = signal<Record<Missing, number>>({ damaged: 0, absent: 0, unreachable: 0 });
  readonly painted = signal<string | null>(null);
  readonly #viewer: OpenSeadragon.Viewer;
  readonly #map: HTMLElement;
  readonly #hatches = new Map<string, Hatch>();
  #levels: Level[] = [];
  #scan: string | null = null;
  /** Where the pointer rests over the field, in pixels of the page; null when it is elsewhere. */
  #pointer: OpenSeadragon.Point | null = null;

  constructor(box: HTMLElement, map: HTMLElement) {
    this.#map = map;
    this.#viewer = new OpenSeadragon.Viewer(optionsFor(box, map));
    // Keys are the page's: the same letters must not move the field twice.
    const { innerTracker: tracker } = this.#viewer as unknown as { innerTracker: { keyHandler: unknown; keyDownHandler: unknown } };
    tracker.keyHandler = tracker.keyDownHandler = null;
    const moved = () => this.#look();
    for (const event of ["open", "update-viewport", "animation-finish", "resize", "rotate", "flip"] as const) this.#viewer.addHandler(event, moved);
    this.#viewer.addHandler("tile-load-failed", (event) => {
      const failed = event as unknown as { tile: { level: number; x: number; y: number; bounds: OpenSeadragon.Rect }; message: string };
      this.#miss(failed.tile, failed.message as Missing);
    });
    this.#follow(box);
    this.#viewer.addHandler("tile-loaded", () => { this.painted.value = this.#scan; });
  }

  /** Shows a scan from the whole slide on; rotation and mirror start plain, as nobody asked for them on this slide. */
  show(scan: Scan): void {
    this.#forget();
    this.#levels = smallestFirst(scan.levels);
    this.#scan = scan.id;
    this.#viewer.viewport?.setRotation(0, true);
    this.#viewer.viewport?.setFlip(false);
    this.#shapeMap();
    this.#viewer.open([tileSourceOf(scan) as unknown as OpenSeadragon.TileSourceSpecifier]);
  }

  /** Clears the field, as for a slide that is not here. */
  clear(): void {
    this.#forget();
    this.#scan = null;
    this.sight.value = null;
    this.#viewer.close();
  }

  /** Asks again for tiles that were unreachable. */
  again(): void {
    if (this.missing.value.unreachable === 0) return;
    this.#forget();
    this.#viewer.world.getItemAt(0)?.reset();
    this.#viewer.forceRedraw();
  }

  fit(): void { this.#viewer.viewport.goHome(true); }

  /** Zooms about what lies under the pointer, which stays there; about the middle when the pointer is not over the field. */
  zoomTo(zoom: number): void {
    const viewport = this.#viewer.viewport;
    const about = this.#pointer ? viewport.pointFromPixel(this.#pointer, true) : undefined;
    viewport.zoomTo(viewport.imageToViewportZoom(zoom / devicePixelRatio), about, true);
    viewport.applyConstraints(true);
  }

  zoomBy(steps: number): void {
    this.#viewer.viewport.zoomBy(STEP ** steps);
    this.#viewer.viewport.applyConstraints();
  }

  /** Moves by 80 % of a field; `across` and `down` are -1, 0 or 1, as the screen shows them. `fine` moves 20 %. */
  pan(across: number, down: number, fine = false): void {
    const viewport = this.#viewer.viewport;
    const part = fine ? 1 - PAN : PAN;
    const size = viewport.getContainerSize();
    const pixels = new OpenSeadragon.Point(across * size.x * part * (viewport.getFlip() ? -1 : 1), down * size.y * part);
    viewport.panBy(viewport.deltaPointsFromPixels(pixels));
    viewport.applyConstraints();
  }

  rotate(): void {
    const viewport = this.#viewer.viewport;
    viewport.setRotation((viewport.getRotation() + 90) % 360, true);
  }

  mirror(): void { this.#viewer.viewport.toggleFlip(); }

  close(): void { this.#forget(); this.#viewer.destroy(); }

  #follow(box: HTMLElement): void {
    box.addEventListener("pointermove", (event) => {
      const { left, top, width } = box.getBoundingClientRect();
      const across = event.clientX - left;
      this.#pointer = new OpenSeadragon.Point(this.#viewer.viewport?.getFlip() ? width - across : across, event.clientY - top);
    });
    box.addEventListener("pointerleave", () => { this.#pointer = null; });
  }

  #look(): void {
    const viewport = this.#viewer.viewport;
    const item = this.#viewer.world?.getItemAt(0);
    if (!viewport || !item) return;
    const css = viewport.viewportToImageZoom(viewport.getZoom(true));
    const size = viewport.getContainerSize();
    const next = {
      zoom: css * devicePixelRatio, width: size.x / css, height: size.y / css,
      rotation: ((viewport.getRotation() % 360) + 360) % 360, mirrored: viewport.getFlip(),
      whole: Math.abs(viewport.getZoom(true) / viewport.getHomeZoom() - 1) < .01,
    };
    const level = drawnLevel(this.#levels, next.zoom, MIN_PIXEL_RATIO);
    for (const hatch of this.#hatches.values()) hatch.element.style.visibility = hatch.level === level ? "visible" : "hidden";
    if (JSON.stringify(next) !== JSON.stringify(this.sight.value)) this.sight.value = next;
  }

  /** The overview takes the slide's own shape, inside 180 by 241. */
  #shapeMap(): void {
    const full = this.#levels.at(-1);
    if (!full) return;
    const fit = Math.min(MAP.width / full.width, MAP.height / full.height);
    this.#map.style.width = `${Math.max(MAP.least, Math.round(full.width * fit))}px`;
    this.#map.style.height = `${Math.max(MAP.least, Math.round(full.height * fit))}px`;
    (this.#viewer.navigator as unknown as { updateSize(): void }).updateSize();
  }

  /** Hatches a tile that cannot be shown. One the scanner never made is surround, like all beyond the scanned area. */
  #miss(tile: { level: number; x: number; y: number; bounds: OpenSeadragon.Rect }, why: Missing): void {
    const key = `${tile.level}/${tile.x}/${tile.y}`;
    if (this.#hatches.has(key) || this.#hatches.size >= MOST_HATCHES) return;
    const known: Missing = why === "damaged" || why === "absent" ? why : "unreachable";
    this.missing.value = { ...this.missing.value, [known]: this.missing.value[known] + 1 };
    if (known === "absent") return;
    const element = document.createElement("div");
    element.className = "hatch";
    const words = document.createElement("span");
    words.className = "plate hatchnote";
    words.textContent = known === "damaged" ? "Damaged, not shown" : "Not here yet";
    element.append(words);
    this.#hatches.set(key, { level: tile.level, element });
    this.#viewer.addOverlay({ element, location: tile.bounds });
    this.#look();
  }

  #forget(): void {
    this.#hatches.clear();
    this.#viewer.clearOverlays();
    this.missing.value = { damaged: 0, absent: 0, unreachable: 0 };
    this.painted.value = null;
  }
}

function optionsFor(box: HTMLElement, map: HTMLElement): OpenSeadragon.Options {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const drawer = new URLSearchParams(location.search).get("drawer") === "canvas" ? ["canvas"] : ["webgl", "canvas"];
  return {
    element: box, prefixUrl: "", drawer: drawer as OpenSeadragon.DrawerType[],
    showNavigationControl: false, autoHideControls: false,
    showNavigator: true, navigatorElement: map, navigatorAutoFade: false, navigatorRotate: true,
    navigatorBackground: "#777", navigatorOpacity: 1, navigatorDisplayRegionColor: "#111",
    maxTilesPerFrame: 8, imageLoaderLimit: 16, maxImageCacheCount: 800, tileRetryMax: 0, timeout: 30_000,
    minPixelRatio: MIN_PIXEL_RATIO, blendTime: 0, immediateRender: false,
    animationTime: still ? 0 : SECONDS, springStiffness: 10, zoomPerScroll: 1.35, visibilityRatio: 0.3,
    minZoomImageRatio: 0.6, maxZoomPixelRatio: 4, gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
    gestureSettingsTouch: { flickEnabled: false },
  } as OpenSeadragon.Options;
}
