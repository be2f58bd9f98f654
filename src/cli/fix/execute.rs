//! Making the calls of a fix: most are over before anybody could follow them.

use std::time::Duration;

use crate::aws::AwsService;
use crate::cli::context::{App, Session};
use crate::cli::interrupt::Interrupts;
use crate::exec::{self, Event, Observer, Outcome, Settings};
use crate::kinds::{Action, Plan};
use crate::output::progress::Progress;
use crate::output::text::visible;
use crate::output::ui::Ui;

/// For plans that are over before anybody could read what is under way; what AWS refuses for so long that one begins to
/// wonder is told.
struct Brief<'a> {
    ui: &'a mut Ui,
    /// When it was told last.
    told: Option<Duration>,
}

/// A pause that one notices, and how often it is told.
const NOTICED: Duration = Duration::from_secs(2);
const OFTEN: Duration = Duration::from_secs(30);

impl Brief<'_> {
    /// A blank line parts what was told from what follows.
    fn finish(self) {
        if self.told.is_some() {
            self.ui.status("\n");
        }
    }
}

impl Observer for Brief<'_> {
    fn event(&mut self, event: &Event<'_>) {
        let Event::Retrying { at, error, after, .. } = event else { return };
        if *after < NOTICED || self.told.is_some_and(|told| *at < told + OFTEN) {
            return;
        }
        self.told = Some(*at);
        let why = visible(&error.message);
        self.ui.status(&format!("AWS refuses it so far: \"{why}\"; trying again\n"));
    }
}

/// With so many steps or fewer, and nothing to wait for, there is nothing to follow.
const SHORT: usize = 2;

/// Makes the calls of a fix.
pub async fn execute(app: &mut App, session: &Session, plan: &Plan, interrupts: &Interrupts) -> Outcome {
    let secrets = crate::kinds::certificate::aws::Secrets::new();
    let service = AwsService::new(&session.clients).furnished(&session.clock, &secrets);
    let settings = Settings { parallelism: Session::parallelism(&app.global) };
    let stop = interrupts.receiver();
    let waits = plan.steps.iter().any(|step| matches!(step.action, Action::Wait { .. }));
    if plan.steps.len() <= SHORT && !waits {
        let mut brief = Brief { ui: &mut app.ui, told: None };
        let outcome =
            exec::run(plan, &service, &session.clock, &session.limiter, settings, stop, &mut brief).await;
        brief.finish();
        return outcome;
    }
    let mut progress = Progress::new(&mut app.ui, plan);
    let outcome =
        exec::run(plan, &service, &session.clock, &session.limiter, settings, stop, &mut progress).await;
    progress.finish();
    outcome
}
