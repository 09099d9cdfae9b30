//! What a hook said instead of letting a turn end, as it stands in the history.
//!
//! Each content text of such a user message is `<hook_prompt hook_run_id="RUN">TEXT</hook_prompt>`,
//! escaped as XML. This refuses to read XML in general: only this element, as it is written.

use quick_xml::escape::{partial_escape, unescape};

use crate::context::is_framed_context;

const OPEN: &str = "<hook_prompt hook_run_id=\"";
const CLOSE: &str = "</hook_prompt>";

/// What one run of a hook said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookPrompt {
    /// The run, such as `stop:0:/home/me/.codex/hooks.json`. It comes again in other turns.
    pub run_id: String,
    /// The words, not escaped.
    pub text: String,
}

/// The content texts of the message that says `prompts`. One without a run is left out, so there may
/// be none: then there is no message.
pub fn render(prompts: &[HookPrompt]) -> Vec<String> {
    let named = prompts.iter().filter(|prompt| !prompt.run_id.trim().is_empty());
    named
        .map(|HookPrompt { run_id, text }| {
            let run_id = partial_escape(run_id.as_str()).replace('"', "&quot;");
            format!("{OPEN}{run_id}\">{}{CLOSE}", partial_escape(text.as_str()))
        })
        .collect()
}

/// Reads one content text.
pub fn parse_fragment(text: &str) -> Option<HookPrompt> {
    let (run_id, text) = text.trim().strip_prefix(OPEN)?.strip_suffix(CLOSE)?.split_once("\">")?;
    // An element inside means that this is another text, or two in one.
    if run_id.contains(['<', '"']) || run_id.trim().is_empty() || text.contains('<') {
        return None;
    }
    Some(HookPrompt { run_id: unescape(run_id).ok()?.into_owned(), text: unescape(text).ok()?.into_owned() })
}

/// Reads the content texts of a message, each of which must be a hook's.
pub fn parse_strict<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<Vec<HookPrompt>> {
    let prompts: Vec<_> = texts.into_iter().map(parse_fragment).collect::<Option<_>>()?;
    (!prompts.is_empty()).then_some(prompts)
}

/// Reads the content texts of a message, of which some may be known context and are passed over.
pub fn parse_lenient<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<Vec<HookPrompt>> {
    parse_strict(texts.into_iter().filter(|text| !is_framed_context(text)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn prompt(run_id: &str, text: &str) -> HookPrompt {
        HookPrompt { run_id: run_id.to_owned(), text: text.to_owned() }
    }

    fn texts(rendered: &[String]) -> impl Iterator<Item = &str> {
        rendered.iter().map(String::as_str)
    }

    #[test]
    fn renders_as_codex_does() {
        let prompts = [prompt("stop:0:/a \"b\"", "a & <b> \"q\" 'p' ]]> &amp; \t\n  é"), prompt(" ", "lost")];
        let expected = concat!(
            "<hook_prompt hook_run_id=\"stop:0:/a &quot;b&quot;\">",
            "a &amp; &lt;b&gt; \"q\" 'p' ]]&gt; &amp;amp; \t\n  é</hook_prompt>"
        );
        assert_eq!(render(&prompts), [expected]);
        assert_eq!(render(&prompts[1..]), [""; 0]);
    }

    #[test]
    fn two_fragments_come_back() {
        let prompts = [prompt("stop:0:/h.json", "a & <b>"), prompt("stop:1:/h.json", "again")];
        let rendered = render(&prompts);
        assert_eq!(parse_strict(texts(&rendered)), Some(prompts.to_vec()));
    }

    #[test]
    fn one_text() {
        let check = |inner: &str, text: Option<&str>| {
            let whole = format!("<hook_prompt hook_run_id=\"r\">{inner}</hook_prompt>");
            assert_eq!(parse_fragment(&whole), text.map(|text| prompt("r", text)), "{inner}");
        };
        check("", Some(""));
        check(" a ", Some(" a "));
        check("&lt;&gt;&amp;&quot;&apos;", Some("<>&\"'"));
        check("&#65;&#x42;&#X43;&#10;", None); // XML has no capital X there
        check("&#65;&#x42;&#10;", Some("AB\n"));
        check("a > \"b\">", Some("a > \"b\">"));
        check("a & b", None);
        check("&nbsp;", None);
        check("&#0;", None);
        check("&#xD800;", None);
        check("<b>", None);
        check("x</hook_prompt><hook_prompt hook_run_id=\"s\">y", None);
    }

    #[test]
    fn only_the_proper_form() {
        let check = |text: &str, found: bool| assert_eq!(parse_fragment(text).is_some(), found, "{text}");
        check("<hook_prompt hook_run_id=\"r\">a</hook_prompt>", true);
        check("\n<hook_prompt hook_run_id=\"r\">a</hook_prompt> ", true);
        check("<hook_prompt hook_run_id=\"r\">a<hook_prompt>", false);
        check("<hook_prompt hook_run_id=\"r\">a", false);
        check("<hook_prompt hook_run_id=\"\">a</hook_prompt>", false);
        check("<hook_prompt hook_run_id=\" \">a</hook_prompt>", false);
        check("<hook_prompt>a</hook_prompt>", false);
        check("<hook_prompt hook_run_id=\"r\" x=\"y\">a</hook_prompt>", false);
        check("say <hook_prompt hook_run_id=\"r\">a</hook_prompt>", false);
        check("<hook_prompt hook_run_id=\"r\">a</hook_prompt> please", false);
        check("", false);
    }

    #[test]
    fn other_texts_beside_a_prompt() {
        let check = |other: &str, passed_over: bool| {
            let rendered = render(&[prompt("r", "a")]);
            let both = || [other].into_iter().chain(texts(&rendered));
            assert_eq!(parse_strict(both()), None, "{other}");
            assert_eq!(parse_lenient(both()), passed_over.then(|| vec![prompt("r", "a")]), "{other}");
        };
        check("<environment_context>\n<cwd>/w</cwd>\n</environment_context>", true);
        check("# AGENTS.md instructions for /w\n\nbe kind", true);
        check("<user_instructions>\nbe kind\n</user_instructions>\n", true);
        check("<skill>\n<name>n</name>\n</skill>", true);
        check("<user_shell_command>\nls\n</user_shell_command>", true);
        check("<turn_aborted>\nby the user\n</turn_aborted>", true);
        check("<subagent_notification>{}</subagent_notification>", true);
        check("<skill>", false);
        check("<skill> is the tag I mean", false);
        check("<skills>\n</skills>", false);
        check("hello", false);
        check("", false);
        assert_eq!(parse_lenient(["<skill></skill>"]), None);
        assert_eq!((parse_strict([]), parse_lenient([])), (None, None));
    }

    proptest! {
        #[test]
        fn what_is_rendered_is_read(run_id in "\\PC*[^ \\pC]\\PC*", text in any::<String>()) {
            prop_assume!(!run_id.trim().is_empty());
            let prompts = vec![prompt(&run_id, &text)];
            prop_assert_eq!(parse_strict(texts(&render(&prompts))), Some(prompts));
        }
    }
}
