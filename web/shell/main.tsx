// Starts the pages: asks who is reading, then shows the page the address names. The viewer is loaded when first needed.
import "./tokens.css";
import "./parts.css";
import "./shell.css";
import "./call.css";
import { Component, type ComponentChildren, type ComponentType, render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Chooser } from "./chooser";
import { Strip } from "./frame";
import { Failed, Ghosts } from "./marks";
import { caseOf, follow, path } from "./router";
import { enter, session, unreachable } from "./session";
import { wear } from "./theme";

type Loader = () => Promise<ComponentType<{ of: string }>>;
const PAGES: Record<"worklist" | "viewer" | "lab" | "dashboard", Loader> = {
  worklist: async () => (await import("../worklist/page")).WorklistPage,
  viewer: async () => (await import("../viewer/page")).ViewerPage,
  lab: async () => (await import("../lab/page")).LabPage,
  dashboard: async () => (await import("../dashboard/page")).DashboardPage,
};

function Pages() {
  const of = caseOf(path.value);
  const name = of ? "viewer" : path.value === "/dashboard" ? "dashboard" : path.value === "/lab" ? "lab" : path.value === "/" ? "worklist" : null;
  wear(of !== null && !!session.value);
  if (unreachable.value && !session.value) return <Alone><Failed title={unreachable.value.message} text="Nothing was lost. Check that Slideway is running." again={() => void enter()} /></Alone>;
  if (session.value === undefined) return <Alone><Ghosts lines={3} /></Alone>;
  if (session.value === null) return <><Strip /><Chooser /></>;
  if (name === null) return <Alone><h1>No page has this address</h1><p><a class="def" href="/">Go to the worklist</a></p></Alone>;
  return <Loaded key={`${name} ${of ?? ""} ${session.value.name}`} name={name} of={of ?? ""} />;
}

function Loaded({ name, of }: { name: keyof typeof PAGES; of: string }) {
  const [Shown, setShown] = useState<{ page: ComponentType<{ of: string }> } | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => { PAGES[name]().then((page) => setShown({ page }), () => setFailed(true)); }, [name]);
  if (failed) return <Alone><Failed title="This page could not be loaded" text="The server may just have been updated." again={() => location.reload()} /></Alone>;
  return Shown ? <Shown.page of={of} /> : <Alone><Ghosts lines={6} /></Alone>;
}

function Alone({ children }: { children: ComponentChildren }) {
  return <><Strip /><main class="alone">{children}</main></>;
}

/** An error in a page leaves the strip and a way on, never an empty window. */
class Caught extends Component<{ children: ComponentChildren }, { failed: boolean }> {
  override state = { failed: false };
  override componentDidCatch(cause: unknown) { console.error(cause); this.setState({ failed: true }); }
  override render() {
    if (!this.state.failed) return this.props.children;
    return <Alone><Failed title="This page met an error of its own" text="What was saved is safe. Load the page again; if it stays, tell support what you pressed." again={() => location.reload()} /></Alone>;
  }
}

follow();
void enter();
render(<Caught><Pages /></Caught>, document.body);
