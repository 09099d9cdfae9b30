//! The only place that writes to the terminal: stdout for data, stderr for everything else.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use anstream::ColorChoice;
use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use replay::Progress;

use crate::cli::{ColorWhen, Global};
use crate::error::Hinted;

/// Nothing is drawn before this: most runs are over by then.
const PATIENCE: Duration = Duration::from_millis(250);

pub(crate) struct Ui {
    pub(crate) quiet: bool,
    color: ColorChoice,
}

impl Ui {
    pub(crate) fn new(global: &Global) -> Self {
        let color = match global.color {
            ColorWhen::Auto => ColorChoice::Auto,
            ColorWhen::Always => ColorChoice::Always,
            ColorWhen::Never => ColorChoice::Never,
        };
        let level = match global.verbose {
            0 => tracing::Level::ERROR,
            1 => tracing::Level::INFO,
            2 => tracing::Level::DEBUG,
            _ => tracing::Level::TRACE,
        };
        tracing_subscriber::fmt().with_max_level(level).with_writer(io::stderr).with_target(false).init();
        Self { quiet: global.quiet, color }
    }

    /// Writes data without styles to stdout, all of it at once.
    pub(crate) fn print_plain(&self, text: &str) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        stdout.flush()
    }

    /// Stdout for data that is written as it comes.
    pub(crate) fn stdout(&self) -> io::BufWriter<io::StdoutLock<'static>> {
        io::BufWriter::with_capacity(64 << 10, io::stdout().lock())
    }

    /// Writes styled data to stdout, all of it at once; styles go where they are wanted.
    pub(crate) fn print(&self, text: &str) -> io::Result<()> {
        let mut stdout = anstream::AutoStream::new(io::stdout().lock(), self.color);
        stdout.write_all(text.as_bytes())?;
        stdout.flush()
    }

    /// Whether styles are wanted in what goes to stdout, or to where stdout would go.
    pub(crate) fn choice(&self) -> ColorChoice {
        match self.color {
            ColorChoice::Auto => anstream::AutoStream::choice(&io::stdout()),
            choice => choice,
        }
    }

    /// Columns of the terminal that data goes to, or `None` if it goes elsewhere.
    pub(crate) fn width(&self) -> Option<u16> {
        io::stdout().is_terminal().then(|| comfy_table::Table::new().width().unwrap_or(80))
    }

    /// Writes a remark to stderr. If nobody listens, nothing is lost.
    pub(crate) fn note(&self, text: &str) {
        let mut stderr = anstream::AutoStream::new(io::stderr().lock(), self.color);
        let _written: io::Result<()> = writeln!(stderr, "{text}");
    }

    /// Says what went wrong and what to do about it.
    pub(crate) fn error(&self, error: &anyhow::Error) {
        self.label(AnsiColor::Red, "error", &format!("{error:#}"));
        if let Some(hinted) = error.chain().find_map(|cause| cause.downcast_ref::<Hinted>()) {
            self.label(AnsiColor::Cyan, "hint", &hinted.hint);
        }
    }

    /// Says what is odd, and what to do about it.
    pub(crate) fn warn(&self, what: &str, hint: &str) {
        self.label(AnsiColor::Yellow, "warning", what);
        self.label(AnsiColor::Cyan, "hint", hint);
    }

    fn label(&self, color: AnsiColor, label: &str, text: &str) {
        let style = Style::new().bold().fg_color(Some(color.into()));
        self.note(&format!("{style}{label}:{style:#} {text}"));
    }

    /// A bar that appears after a while, on a terminal only.
    pub(crate) fn progress(&self, bytes: u64) -> Bar {
        if self.quiet || !io::stderr().is_terminal() {
            return Bar(ProgressBar::hidden());
        }
        let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::hidden());
        let template = "{bar:30} {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec} {eta}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        let later = bar.clone();
        std::thread::spawn(move || {
            std::thread::sleep(PATIENCE);
            if !later.is_finished() {
                later.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
            }
        });
        Bar(bar)
    }
}

/// Progress of a scan.
pub(crate) struct Bar(ProgressBar);

impl Progress for Bar {
    fn bytes(&self, n: u64) {
        self.0.inc(n);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
