//! Pictures in files: the core's SVG, and a PNG of it.

use std::fs;
use std::path::Path;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use crate::failure::Failure;

/// The largest PNG, in pixels: what any recording is, and no more memory than a command should take.
const LARGEST: u64 = 50_000_000;

/// Fonts that what asks for any without serifs may be given, the most usual first.
const SANS_SERIF: [&str; 6] = ["Arial", "Helvetica", "DejaVu Sans", "Liberation Sans", "Noto Sans", "Roboto"];

/// Writes a picture to a file.
///
/// # Errors
/// Where it can't be written.
pub fn write(path: &Path, content: &[u8]) -> Result<(), Failure> {
    fs::write(path, content).map_err(|error| Failure::Local(format!("{} can't be written: {error}", path.display())))
}

/// The picture in pixels, one for each of the recording's. Text needs a font of this machine.
///
/// # Errors
/// Where it is too large.
pub fn png(svg: &str) -> Result<Vec<u8>, Failure> {
    let failed = |reason: String| Failure::Local(format!("no PNG can be made of it: {reason}"));
    let mut options = Options::default();
    let fonts = options.fontdb_mut();
    fonts.load_system_fonts();
    let is_there = |name: &str| fonts.faces().any(|face| face.families.iter().any(|(family, _)| family == name));
    // A machine without any of them has others, which are tried letter by letter.
    if let Some(name) = SANS_SERIF.into_iter().find(|name| is_there(name)) {
        fonts.set_sans_serif_family(name);
    }
    let tree = Tree::from_str(svg, &options).map_err(|error| failed(error.to_string()))?;
    let size = tree.size().to_int_size();
    if u64::from(size.width()) * u64::from(size.height()) > LARGEST {
        return Err(failed(format!("{}x{} are more pixels than a picture should have", size.width(), size.height())));
    }
    let mut pixels = Pixmap::new(size.width(), size.height()).ok_or_else(|| failed("it has no size".to_owned()))?;
    resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| failed(error.to_string()))
}
