//! The files of certificates when a plan is applied: they are read anew, and must be those that it was made from.

use super::failure::Failure;
use super::load::pem;
use crate::base::Diagnostic;
use crate::kinds::certificate::aws::Secrets;
use crate::kinds::certificate::model::{Files, Material};
use crate::kinds::{Call, Plan, certificate};
use crate::model::Action;

/// Reads the files that the calls of a plan need.
///
/// # Errors
/// One cannot be read, or is not the one that the plan was made from.
pub fn of(plan: &Plan) -> Result<Secrets, Failure> {
    let mut secrets = Secrets::new();
    for files in plan.steps.iter().filter_map(|step| match &step.action {
        Action::Call(Call::Certificate(call)) => files(call),
        Action::Call(_) | Action::Wait { .. } => None,
    }) {
        for path in [&files.certificate, &files.private_key].into_iter().chain(&files.chain) {
            let file = pem::read_at(path).map_err(Failure::failed)?;
            secrets.add(path, String::from_utf8_lossy(&file.bytes));
        }
        if !secrets.fits(files) {
            let message = format!("`{}` or its key was changed after the plan was made", files.certificate);
            let diagnostic = Diagnostic::refused("stale-plan", message);
            return Err(Failure::refused(vec![diagnostic.help("plan again: albctl plan SPEC")]));
        }
    }
    Ok(secrets)
}

fn files<R>(call: &certificate::Call<R>) -> Option<&Files> {
    match call {
        certificate::Call::ImportCertificate { material: Material::Files(files), .. }
        | certificate::Call::UploadServerCertificate { material: Material::Files(files), .. } => Some(files),
        certificate::Call::ImportCertificate { material: Material::SelfSigned(_), .. }
        | certificate::Call::UploadServerCertificate { material: Material::SelfSigned(_), .. }
        | certificate::Call::RequestCertificate { .. }
        | certificate::Call::ChangeResourceRecordSets { .. }
        | certificate::Call::DeleteValidationRecords { .. }
        | certificate::Call::DeleteCertificate { .. }
        | certificate::Call::DeleteServerCertificate { .. } => None,
    }
}
