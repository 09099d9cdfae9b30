//! Tokens, as the format writes them.

/// Tokens of one response, or a running total of them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Usage {
    input: u64,
    cached: u64,
    output: u64,
    pub(crate) total: u64,
}

impl Usage {
    pub(crate) fn new(input: u64, cached: u64, output: u64) -> Self {
        Self { input, cached, output, total: input + output }
    }

    /// An estimate of the context: a total without parts.
    pub(crate) fn only_total(total: u64) -> Self {
        Self { total, ..Self::default() }
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            input: self.input + other.input,
            cached: self.cached + other.cached,
            output: self.output + other.output,
            total: self.total + other.total,
        }
    }

    pub(crate) fn json(self) -> String {
        let Self { input, cached, output, total } = self;
        format!(
            r#"{{"input_tokens":{input},"cached_input_tokens":{cached},"output_tokens":{output},"reasoning_output_tokens":0,"total_tokens":{total}}}"#
        )
    }
}
