//! Every statement there is: one line each, one file each.

use crate::engine::Sql;

macro_rules! statements {
    ($($name:ident = $path:literal $(postgres $other:literal)?;)*) => {
        $(pub(crate) static $name: Sql = Sql {
            name: $path,
            sqlite: include_str!(concat!("../sql/", $path, ".sql")),
            postgres: statements!(@postgres $path $($other)?),
        };)*
        pub(crate) static ALL: &[&Sql] = &[$(&$name),*];
    };
    (@postgres $path:literal) => { include_str!(concat!("../sql/", $path, ".sql")) };
    (@postgres $path:literal $other:literal) => { include_str!(concat!("../sql/", $other, ".sql")) };
}

statements! {
    CLOCK_NOW = "clock/now";
    CLOCK_MOVE = "clock/move";
}
