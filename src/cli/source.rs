//! What a spec's file is called on every machine.

use std::fs;
use std::path::Path;

/// The file's path in its repository, beginning with the repository's own folder: `infra/shop/prod.yaml`. Where there
/// is no repository, the file's name.
pub fn of(path: &Path) -> String {
    // A file that was read a moment ago has a real path, or its own will do.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let repository = path.ancestors().skip(1).find(|folder| folder.join(".git").exists());
    // The repository's folder may be the root, which has no name.
    let outside = repository.map(|folder| folder.parent().unwrap_or(folder));
    let inside = outside.and_then(|outside| path.strip_prefix(outside).ok());
    let parts: Vec<String> = match inside {
        Some(inside) => inside.iter().map(|part| part.to_string_lossy().into_owned()).collect(),
        None => path.file_name().map(|name| name.to_string_lossy().into_owned()).into_iter().collect(),
    };
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_from_its_repository_on() {
        let folder = tempfile::tempdir().unwrap();
        let specs = folder.path().join("infra/specs");
        fs::create_dir_all(&specs).unwrap();
        let file = specs.join("prod.yaml");
        fs::write(&file, "").unwrap();
        assert_eq!(of(&file), "prod.yaml");
        fs::create_dir(folder.path().join("infra/.git")).unwrap();
        assert_eq!(of(&file), "infra/specs/prod.yaml");
        assert_eq!(of(&specs.join("../specs/prod.yaml")), "infra/specs/prod.yaml");
    }
}
