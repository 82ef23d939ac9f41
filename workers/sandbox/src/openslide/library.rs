//! OpenSlide's C functions, the only ones this workspace calls itself, behind safe methods.
//!
//! Works with libopenslide.so.0 (3.4) and .so.1 (4.0). The library is loaded when a slide needs it and never
//! linked. What holds for every call: the handle lives as long as its [`Handle`]; OpenSlide's handles may be
//! used by several threads; strings it returns live as long as the handle and are copied at once; buffers are
//! as large as the size that is passed with them.
#![expect(unsafe_code, reason = "OpenSlide is a C library")]

use std::ffi::{CStr, CString, OsString, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr::NonNull;
use std::sync::Arc;

/// Names the loader is asked for when the settings name no library: the newer first.
const NAMES: [&str; 2] = ["libopenslide.so.1", "libopenslide.so.0"];

type Slide = *mut c_void;
type Text = *const c_char;

/// The functions, as openslide.h declares them, and the library that holds them.
pub(crate) struct Library {
    detect_vendor: unsafe extern "C" fn(Text) -> Text,
    open: unsafe extern "C" fn(Text) -> Slide,
    close: unsafe extern "C" fn(Slide),
    error: unsafe extern "C" fn(Slide) -> Text,
    level_count: unsafe extern "C" fn(Slide) -> i32,
    level_dimensions: unsafe extern "C" fn(Slide, i32, *mut i64, *mut i64),
    level_downsample: unsafe extern "C" fn(Slide, i32) -> f64,
    read_region: unsafe extern "C" fn(Slide, *mut u32, i64, i64, i32, i64, i64),
    property: unsafe extern "C" fn(Slide, Text) -> Text,
    associated_names: unsafe extern "C" fn(Slide) -> *const Text,
    associated_dimensions: unsafe extern "C" fn(Slide, Text, *mut i64, *mut i64),
    read_associated: unsafe extern "C" fn(Slide, Text, *mut u32),
    version: unsafe extern "C" fn() -> Text,
    /// From 4.0 on.
    icc_size: Option<unsafe extern "C" fn(Slide) -> i64>,
    _code: libloading::Library,
}

impl Library {
    /// Loads the library at `path`; an empty path: the one the system knows.
    pub(crate) fn load(path: &Path) -> Option<Arc<Self>> {
        let names: Vec<OsString> = if path.as_os_str().is_empty() {
            NAMES.iter().map(OsString::from).collect()
        } else {
            vec![path.into()]
        };
        names.iter().find_map(|name| {
            // SAFETY: the administrator names this library; its initialisers are OpenSlide's.
            let library = unsafe { libloading::Library::new(name) }.ok()?;
            Self::of(library).map(Arc::new)
        })
    }

    fn of(library: libloading::Library) -> Option<Self> {
        /// The function of that name; the field it goes to gives its type.
        fn find<F: Copy>(library: &libloading::Library, name: &str) -> Option<F> {
            // SAFETY: the types of the fields are those of openslide.h, equal in 3.4 and 4.0.
            unsafe { library.get::<F>(name).ok().map(|symbol| *symbol) }
        }
        Some(Self {
            detect_vendor: find(&library, "openslide_detect_vendor")?,
            open: find(&library, "openslide_open")?,
            close: find(&library, "openslide_close")?,
            error: find(&library, "openslide_get_error")?,
            level_count: find(&library, "openslide_get_level_count")?,
            level_dimensions: find(&library, "openslide_get_level_dimensions")?,
            level_downsample: find(&library, "openslide_get_level_downsample")?,
            read_region: find(&library, "openslide_read_region")?,
            property: find(&library, "openslide_get_property_value")?,
            associated_names: find(&library, "openslide_get_associated_image_names")?,
            associated_dimensions: find(&library, "openslide_get_associated_image_dimensions")?,
            read_associated: find(&library, "openslide_read_associated_image")?,
            version: find(&library, "openslide_get_version")?,
            icc_size: find(&library, "openslide_get_icc_profile_size"),
            _code: library,
        })
    }

    /// Its version: `4.0.0`.
    pub(crate) fn version(&self) -> String {
        // SAFETY: a constant string of the library.
        text(unsafe { (self.version)() }).unwrap_or_default()
    }

    /// Opens the slide of which this file is the one to name; `None` where it is not.
    pub(crate) fn open(self: &Arc<Self>, file: &Path) -> Option<Handle> {
        let file = CString::new(file.as_os_str().as_bytes()).ok()?;
        // SAFETY: `file` ends in NUL and outlives both calls.
        let slide = unsafe {
            if (self.detect_vendor)(file.as_ptr()).is_null() {
                return None;
            }
            (self.open)(file.as_ptr())
        };
        let slide = NonNull::new(slide)?;
        let library = Arc::clone(self);
        Some(Handle { library, slide })
    }
}

/// An open slide.
pub(crate) struct Handle {
    library: Arc<Library>,
    slide: NonNull<c_void>,
}

// SAFETY: openslide.h: all functions but `openslide_close` may be called from several threads at once, and
// `close` is called once, by `drop`, when no one else has the handle.
unsafe impl Send for Handle {}
// SAFETY: as above.
unsafe impl Sync for Handle {}

impl std::fmt::Debug for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Handle")
    }
}

impl Handle {
    fn slide(&self) -> Slide {
        self.slide.as_ptr()
    }

    /// What went wrong, once something has; the slide is of no use from then on.
    pub(crate) fn error(&self) -> Option<String> {
        // SAFETY: see the head of this module.
        text(unsafe { (self.library.error)(self.slide()) })
    }

    pub(crate) fn levels(&self) -> i32 {
        // SAFETY: see the head of this module.
        unsafe { (self.library.level_count)(self.slide()) }
    }

    /// Width and height of a level in pixels; -1 where there is none.
    pub(crate) fn level_size(&self, level: i32) -> (i64, i64) {
        let (mut width, mut height) = (-1, -1);
        // SAFETY: both pointers are to locals.
        unsafe {
            (self.library.level_dimensions)(self.slide(), level, &raw mut width, &raw mut height);
        }
        (width, height)
    }

    pub(crate) fn downsample(&self, level: i32) -> f64 {
        // SAFETY: see the head of this module.
        unsafe { (self.library.level_downsample)(self.slide(), level) }
    }

    /// A rectangle, `x` and `y` in pixels of level 0: premultiplied ARGB, row by row.
    pub(crate) fn region(
        &self,
        level: i32,
        (x, y): (i64, i64),
        (width, height): (u32, u32),
    ) -> Vec<u32> {
        let mut pixels = vec![0; width as usize * height as usize];
        let (width, height) = (width.into(), height.into());
        let to = pixels.as_mut_ptr();
        // SAFETY: the buffer has width × height pixels.
        unsafe { (self.library.read_region)(self.slide(), to, x, y, level, width, height) };
        pixels
    }

    pub(crate) fn property(&self, name: &CStr) -> Option<String> {
        // SAFETY: `name` ends in NUL.
        text(unsafe { (self.library.property)(self.slide(), name.as_ptr()) })
    }

    /// Whether there is a picture of that name beside the pyramid.
    pub(crate) fn has_picture(&self, wanted: &CStr) -> bool {
        // SAFETY: the list ends with a null pointer and holds strings that end in NUL.
        unsafe {
            let mut name = (self.library.associated_names)(self.slide());
            while !name.is_null() && !(*name).is_null() {
                if CStr::from_ptr(*name) == wanted {
                    return true;
                }
                name = name.add(1);
            }
        }
        false
    }

    /// Size of a picture beside the pyramid, in pixels.
    pub(crate) fn picture_size(&self, name: &CStr) -> (i64, i64) {
        let (mut width, mut height) = (-1, -1);
        let (to_width, to_height) = (&raw mut width, &raw mut height);
        // SAFETY: `name` ends in NUL; both pointers are to locals.
        unsafe {
            (self.library.associated_dimensions)(self.slide(), name.as_ptr(), to_width, to_height);
        }
        (width, height)
    }

    /// The pixels of a picture beside the pyramid, of the size that [`Self::picture_size`] says.
    pub(crate) fn picture(&self, name: &CStr) -> Vec<u32> {
        let (width, height) = self.picture_size(name);
        let count = width.max(0).cast_unsigned() * height.max(0).cast_unsigned();
        let mut pixels = vec![0; count as usize];
        // SAFETY: the buffer has width × height pixels of the picture's own size.
        unsafe { (self.library.read_associated)(self.slide(), name.as_ptr(), pixels.as_mut_ptr()) };
        pixels
    }

    /// Bytes of the colour profile; 0 without one, and before version 4.
    pub(crate) fn icc_bytes(&self) -> u32 {
        // SAFETY: see the head of this module.
        let size = self
            .library
            .icc_size
            .map_or(0, |size| unsafe { size(self.slide()) });
        u32::try_from(size).unwrap_or(0)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: nobody else has the handle.
        unsafe { (self.library.close)(self.slide()) }
    }
}

/// A copy of a C string; `None` for a null pointer.
fn text(text: Text) -> Option<String> {
    let text = NonNull::new(text.cast_mut())?;
    // SAFETY: OpenSlide's strings end in NUL and live as long as their handle.
    let text = unsafe { CStr::from_ptr(text.as_ptr()) };
    Some(text.to_string_lossy().into_owned())
}

const _: () = assert!(size_of::<c_int>() == size_of::<i32>());
