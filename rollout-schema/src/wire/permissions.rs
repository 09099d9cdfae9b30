//! Permission profiles: what a command may read, write and reach.

use crate::grammar::{Positive, Unsigned, external, names, object, tagged};

tagged! {
    /// What commands may do. Old files hold an object without `type`, the overlay, which lists changes to a base
    /// instead.
    PermissionProfile by "type" or "overlay" {
        /// Codex builds the sandbox.
        Managed(ProfileManaged) = "managed" [125..],
        /// There is no sandbox.
        Disabled(ProfileDisabled) = "disabled" [125..],
        /// Somebody else keeps the files apart.
        External(ProfileExternal) = "external" [125..],
        /// Rights added to those that hold anyway; has no `type`.
        Overlay(ProfileOverlay) = "overlay" [..=124],
    }
}

object! {
    /// A sandbox built by Codex.
    ProfileManaged {
        /// Access to files.
        required file_system: ManagedFileSystemPermissions,
        /// Access to the network.
        required network: NetworkSandboxPolicy,
    }

    /// No sandbox; nothing more to say.
    ProfileDisabled {
    }

    /// A sandbox that Codex did not set up.
    ProfileExternal {
        /// Access to the network.
        required network: NetworkSandboxPolicy,
    }

    /// Changes to the rights that hold anyway.
    ProfileOverlay {
        /// Changes to network access; null for none.
        optional network: Option<NetworkPermissions>,
        /// Changes to file access; null for none.
        optional file_system: Option<FileSystemPermissions>,
        /// Extra rights on macOS; null for none.
        optional macos: Option<MacOsSeatbeltProfileExtensions> [..=117],
    }

    /// Name of the profile behind a set of permissions. For display only: the permissions themselves decide.
    ActivePermissionProfile {
        /// Id of the profile that it builds on; null for none.
        optional extends: Option<String>,
        /// Id of the profile: a built-in one such as `:workspace`, or one from the configuration.
        required id: String,
        /// Changes that the user made on top of the profile.
        optional modifications: Vec<ActivePermissionProfileModification> [..=130],
    }
}

tagged! {
    /// A change made on top of a named profile.
    ActivePermissionProfileModification by "type" {
        /// One more directory may be written.
        AdditionalWritableRoot(ActivePermissionProfileModificationAdditionalWritableRoot) = "additional_writable_root",
    }
}

object! {
    /// A directory made writable.
    ActivePermissionProfileModificationAdditionalWritableRoot {
        /// Path of the directory.
        required path: String,
    }

    /// Rights asked for with a single command, or granted for a turn or a session, on top of the profile.
    AdditionalPermissionProfile {
        /// Additional access to files; null for none.
        optional file_system: Option<FileSystemPermissions>,
        /// Additional access to the network; null for none.
        optional network: Option<NetworkPermissions>,
    }

    /// Rights asked for or granted through the permissions tool. No further members are accepted.
    RequestPermissionProfile (close) {
        /// Access to files; null for none.
        optional file_system: Option<FileSystemPermissions>,
        /// Access to the network; null for none.
        optional network: Option<NetworkPermissions>,
    }
}

tagged! {
    /// Access to files in a sandbox that Codex builds.
    ManagedFileSystemPermissions by "type" {
        /// As listed entries say.
        Restricted(ManagedFileSystemRestricted) = "restricted",
        /// Everything may be read and written.
        Unrestricted(ManagedFileSystemUnrestricted) = "unrestricted",
    }
}

object! {
    /// Access to files by a list of rules.
    ManagedFileSystemRestricted {
        /// The rules.
        required entries: Vec<FileSystemSandboxEntry>,
        /// How many levels deep patterns are looked for; null for no limit of its own.
        optional glob_scan_max_depth: Option<Positive>,
    }

    /// Access to all files; nothing more to say.
    ManagedFileSystemUnrestricted {
    }

    /// Access to files as asked for or granted.
    FileSystemPermissions {
        /// Paths that may be read; null for none.
        optional read: Option<Vec<String>> [..=122],
        /// Paths that may be written; null for none.
        optional write: Option<Vec<String>> [..=122],
        /// Rules by path.
        optional entries: Vec<FileSystemSandboxEntry> [123..] where required [123..],
        /// How many levels deep patterns are looked for; null for no limit of its own.
        optional glob_scan_max_depth: Option<Positive> [123..],
    }

    /// File rules of a sandbox.
    FileSystemSandboxPolicy {
        /// The rules; they matter when access is restricted.
        optional entries: Vec<FileSystemSandboxEntry>,
        /// How many levels deep patterns are looked for; null for no limit of its own.
        optional glob_scan_max_depth: Option<Unsigned>,
        /// Whether the rules apply, or something else does.
        required kind: FileSystemSandboxKind,
    }
}

names! {
    /// How access to files is limited.
    FileSystemSandboxKind {
        /// By the rules.
        Restricted = "restricted",
        /// Not at all.
        Unrestricted = "unrestricted",
        /// By a sandbox that Codex did not set up.
        ExternalSandbox = "external-sandbox",
    }
}

object! {
    /// A rule: what may be done at a path.
    FileSystemSandboxEntry {
        /// What may be done.
        required access: FileSystemAccessMode,
        /// Where.
        required path: FileSystemPath,
        /// What to do when nothing exists at the path; null leaves it to Codex.
        optional missing_path_behavior: Option<FileSystemSandboxEntryMissingPathBehavior> [146..],
    }
}

names! {
    /// What becomes of a rule whose path does not exist.
    FileSystemSandboxEntryMissingPathBehavior {
        /// The rule is left out.
        Skip = "skip",
    }

    /// Access to a path. Where rules are equally specific, a denial wins over writing and writing over reading.
    FileSystemAccessMode {
        /// May be read.
        Read = "read",
        /// May be written.
        Write = "write",
        /// May not be touched; older name of `deny`.
        None = "none" [..=132],
        /// May not be touched.
        Deny = "deny" [133..],
    }
}

tagged! {
    /// Where a rule applies.
    FileSystemPath by "type" {
        /// A path.
        Path(FilePathPath) = "path",
        /// All paths that match a pattern; used to deny access.
        GlobPattern(FilePathGlobPattern) = "glob_pattern",
        /// A place with a symbolic name.
        Special(FilePathSpecial) = "special",
    }
}

object! {
    /// A rule's path.
    FilePathPath {
        /// The path.
        required path: String,
    }

    /// A rule's pattern.
    FilePathGlobPattern {
        /// The pattern, in the manner of Git.
        required pattern: String,
    }

    /// A rule's symbolic place.
    FilePathSpecial {
        /// Which place.
        required value: FileSystemSpecialPath,
    }
}

tagged! {
    /// Places that have a symbolic name. Names unknown to the reading version are kept, not refused.
    FileSystemSpecialPath by "kind" {
        /// The root of the file system.
        Root(FileSystemSpecialRoot) = "root",
        /// The least that programs need.
        Minimal(FileSystemSpecialMinimal) = "minimal",
        /// The working directory.
        CurrentWorkingDirectory(FileSystemSpecialCurrentWorkingDirectory) = "current_working_directory" [..=125],
        /// The roots of the project.
        ProjectRoots(FileSystemSpecialProjectRoots) = "project_roots",
        /// The user's directory for temporary files.
        Tmpdir(FileSystemSpecialTmpdir) = "tmpdir",
        /// `/tmp`.
        SlashTmp(FileSystemSpecialSlashTmp) = "slash_tmp",
        /// A name from a newer version.
        Unknown(FileSystemSpecialUnknown) = "unknown",
    }
}

object! {
    /// The root of the file system; nothing more to say.
    FileSystemSpecialRoot {
    }

    /// The least that programs need; nothing more to say.
    FileSystemSpecialMinimal {
    }

    /// The working directory; nothing more to say.
    FileSystemSpecialCurrentWorkingDirectory {
    }

    /// The roots of the project, or a place below each.
    FileSystemSpecialProjectRoots {
        /// Path below the root; null for the root itself.
        optional subpath: Option<String>,
    }

    /// The user's directory for temporary files; nothing more to say.
    FileSystemSpecialTmpdir {
    }

    /// `/tmp`; nothing more to say.
    FileSystemSpecialSlashTmp {
    }

    /// A symbolic place that the writing version did not know.
    FileSystemSpecialUnknown {
        /// The symbolic name as configured.
        required path: String,
        /// Path below the place; null for the place itself.
        optional subpath: Option<String>,
    }
}

names! {
    /// Whether commands may reach the network.
    NetworkSandboxPolicy {
        /// They may not.
        Restricted = "restricted",
        /// They may.
        Enabled = "enabled",
    }
}

object! {
    /// Access to the network as asked for or granted.
    NetworkPermissions {
        /// Whether the network may be reached; null when nothing is said.
        optional enabled: Option<bool>,
    }

    /// The connection for which approval is sought.
    NetworkApprovalContext {
        /// Host to be reached.
        required host: String,
        /// Protocol of the connection.
        required protocol: NetworkApprovalProtocol,
    }
}

names! {
    /// Protocols for which a connection can need approval.
    NetworkApprovalProtocol {
        /// HTTP.
        Http = "http",
        /// HTTPS.
        Https = "https",
        /// TCP through a SOCKS5 proxy.
        Socks5Tcp = "socks5_tcp",
        /// UDP through a SOCKS5 proxy.
        Socks5Udp = "socks5_udp",
    }
}

object! {
    /// A rule for one host, proposed or adopted along with an approval.
    NetworkPolicyAmendment {
        /// Whether connections are let through.
        required action: NetworkPolicyRuleAction,
        /// Host that the rule is about.
        required host: String,
    }
}

names! {
    /// What a network rule does.
    NetworkPolicyRuleAction {
        /// Lets connections through.
        Allow = "allow",
        /// Blocks connections.
        Deny = "deny",
    }
}

object! {
    /// Extra rights in the sandbox of macOS.
    MacOsSeatbeltProfileExtensions {
        /// Whether accessibility functions may be used.
        optional macos_accessibility: bool,
        /// Which applications may be automated.
        optional macos_automation: MacOsAutomationPermission,
        /// Whether calendars may be accessed.
        optional macos_calendar: bool,
        /// Access to contacts.
        optional macos_contacts: MacOsContactsPermission,
        /// Whether Launch Services may be used.
        optional macos_launch_services: bool,
        /// Access to preferences; reading only when absent.
        optional macos_preferences: MacOsPreferencesPermission,
        /// Whether reminders may be accessed.
        optional macos_reminders: bool,
    }
}

external! {
    /// Which applications may be automated on macOS.
    MacOsAutomationPermission {
        /// None.
        None = "none",
        /// All.
        All = "all",
    } carrying {
        /// Those with the listed bundle ids.
        BundleIds(Vec<String>) = "bundle_ids",
    }
}

names! {
    /// Access to contacts on macOS.
    MacOsContactsPermission {
        /// No access.
        None = "none",
        /// Reading only.
        ReadOnly = "read_only",
        /// Reading and writing.
        ReadWrite = "read_write",
    }

    /// Access to preferences on macOS.
    MacOsPreferencesPermission {
        /// No access.
        None = "none",
        /// Reading only.
        ReadOnly = "read_only",
        /// Reading and writing.
        ReadWrite = "read_write",
    }
}
