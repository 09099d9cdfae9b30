//! Whether a file still begins with what was read of it: samples of its first and newest line.
//!
//! Refuses to prove it: bytes between the samples may differ.

use serde::{Deserialize, Serialize};

use super::decoded::Decoded;

/// Bytes of a sample.
const SAMPLE: usize = 512;

/// Samples of the part of a file that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Fingerprint {
    first: Option<Sample>,
    newest: Option<Sample>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Sample {
    offset: u64,
    length: usize,
    hash: u64,
}

impl Sample {
    fn of(offset: u64, line: &[u8]) -> Self {
        let length = line.len().min(SAMPLE);
        Self { offset, length, hash: hash(&line[..length]) }
    }
}

impl Fingerprint {
    /// Takes note of a line that was read, in the file's order.
    pub(super) fn add(&mut self, offset: u64, line: &[u8]) {
        if offset == 0 {
            self.first = Some(Sample::of(offset, line));
        }
        self.newest = Some(Sample::of(offset, line));
    }

    /// Whether the decoded bytes of a file still agree.
    pub(super) fn agrees(&self, source: &mut Decoded) -> std::io::Result<bool> {
        for sample in self.first.iter().chain(&self.newest) {
            source.skip_to(sample.offset)?;
            let mut bytes = vec![0; sample.length];
            let n = source.fill(&mut bytes)?;
            if n < sample.length || hash(&bytes) != sample.hash {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// FNV-1a: the same in every build, as it is kept in a file.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
