//! How a command ends, as the shell sees it.

/// The exit codes: documented, and never given another meaning.
pub mod code {
    /// Done, or nothing to do.
    pub const DONE: u8 = 0;
    /// Failed; nothing was changed.
    pub const FAILED: u8 = 1;
    /// The command line is wrong.
    pub const USAGE: u8 = 2;
    /// `plan --exit-code`: there are changes.
    pub const CHANGES_PENDING: u8 = 3;
    /// The spec is invalid.
    pub const SPEC_INVALID: u8 = 4;
    /// The apply is incomplete: the same command continues it.
    pub const INCOMPLETE: u8 = 5;
    /// Refused as unsafe or stale.
    pub const REFUSED: u8 = 6;
    /// A routing test failed.
    pub const TEST_FAILED: u8 = 7;
    /// Interrupted, as shells count it: 128 and the number of SIGINT.
    pub const INTERRUPTED: u8 = 130;
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing to do.
    Done,
    /// Failed; nothing was changed.
    Failed,
    /// The command line is wrong.
    Usage,
    /// There are changes, and the exit code was to say so.
    ChangesPending,
    /// The spec is invalid.
    SpecInvalid,
    /// The apply is incomplete.
    Incomplete,
    /// Refused as unsafe or stale.
    Refused,
    /// A routing test failed.
    TestFailed,
    /// Interrupted.
    Interrupted,
}

impl Exit {
    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => code::DONE,
            Exit::Failed => code::FAILED,
            Exit::Usage => code::USAGE,
            Exit::ChangesPending => code::CHANGES_PENDING,
            Exit::SpecInvalid => code::SPEC_INVALID,
            Exit::Incomplete => code::INCOMPLETE,
            Exit::Refused => code::REFUSED,
            Exit::TestFailed => code::TEST_FAILED,
            Exit::Interrupted => code::INTERRUPTED,
        }
    }

    /// The end of several: the first that is not simply done, and a failure before pending changes.
    #[must_use]
    pub fn and(self, next: Exit) -> Exit {
        match (self, next) {
            (Exit::Done, next) => next,
            (Exit::ChangesPending, Exit::Done) => Exit::ChangesPending,
            (Exit::ChangesPending, next) => next,
            (first, _) => first,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn codes_are_what_is_documented() {
        let all = [
            (Exit::Done, 0),
            (Exit::Failed, 1),
            (Exit::Usage, 2),
            (Exit::ChangesPending, 3),
            (Exit::SpecInvalid, 4),
            (Exit::Incomplete, 5),
            (Exit::Refused, 6),
            (Exit::TestFailed, 7),
            (Exit::Interrupted, 130),
        ];
        for (exit, code) in all {
            assert_eq!(exit.code(), code, "{exit:?}");
        }
    }

    #[test]
    fn of_several_a_failure_wins_and_the_first_of_them() {
        assert_eq!(Exit::Done.and(Exit::ChangesPending), Exit::ChangesPending);
        assert_eq!(Exit::ChangesPending.and(Exit::Done), Exit::ChangesPending);
        assert_eq!(Exit::ChangesPending.and(Exit::Refused), Exit::Refused);
        assert_eq!(Exit::Refused.and(Exit::Failed), Exit::Refused);
        assert_eq!(Exit::Done.and(Exit::Done), Exit::Done);
    }
}
