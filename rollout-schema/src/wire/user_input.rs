//! What a user hands in: text with marked spans, images, sound, skills and mentions.

use super::ImageDetail;
use crate::grammar::{Unsigned, names, object, tagged};

tagged! {
    /// One part of what a user hands in.
    UserInput by "type" {
        /// Text.
        Text(UserText) = "text",
        /// An image by address or file id.
        Image(UserImage) = "image",
        /// An image file on this machine.
        LocalImage(UserLocalImage) = "local_image",
        /// A skill that the user picked.
        Skill(UserSkill) = "skill",
        /// A mention of something that the user picked, such as an app or a plugin.
        Mention(UserMention) = "mention",
        /// Sound by address or file id.
        Audio(UserAudio) = "audio" [145..],
        /// A sound file on this machine.
        LocalAudio(UserLocalAudio) = "local_audio" [145..],
    }
}

object! {
    /// Text with marked spans.
    UserText {
        /// The text, with the marked spans spelt out.
        required text: String,
        /// Spans of `text` that an interface shows in a special way, such as stand-ins for images.
        optional text_elements: Vec<TextElement>,
    }

    /// An image given by address or by file id; one of the two is required.
    UserImage {
        /// Address of the image, often a `data:` URL with its content.
        optional image_url: String,
        /// Id of an uploaded file.
        optional file_id: String [156..],
        /// Resolution at which the model sees the image; null for the default.
        optional detail: Option<ImageDetail> [132..],
    } any of ["image_url", "file_id"]

    /// An image file; Codex sends its content to the model as a `data:` URL.
    UserLocalImage {
        /// Path of the file.
        required path: String,
        /// Resolution at which the model sees the image; null for the default.
        optional detail: Option<ImageDetail> [132..],
    }

    /// Sound given by address or by file id; one of the two is required.
    UserAudio {
        /// Address of the sound, often a `data:` URL with its content.
        optional audio_url: String,
        /// Id of an uploaded file.
        optional file_id: String [169..],
    } any of ["audio_url", "file_id"]

    /// A sound file; Codex sends its content to the model as a `data:` URL.
    UserLocalAudio {
        /// Path of the file.
        required path: String,
    }

    /// A skill, by its name and file.
    UserSkill {
        /// Name of the skill.
        required name: String,
        /// Path of its `SKILL.md`.
        required path: String,
    }

    /// Something mentioned.
    UserMention {
        /// Name as shown to the user.
        required name: String,
        /// What exactly is meant: an address with a scheme such as `app://` or `plugin://`.
        required path: String,
    }

    /// A span of a text that stands out.
    TextElement {
        /// Where the span lies in the text.
        required byte_range: ByteRange,
        /// Text to show in its place; null when there is none.
        optional placeholder: Option<String>,
    }

    /// A range in a UTF-8 text, counted in bytes.
    ByteRange {
        /// Offset of the first byte after the range.
        required end: Unsigned,
        /// Offset of its first byte.
        required start: Unsigned,
    }

    /// Sound of a user message, given by address or by file id; one of the two is required.
    AudioReference {
        /// Address of the sound.
        optional audio_url: String,
        /// Id of an uploaded file.
        optional file_id: String,
    } any of ["audio_url", "file_id"]
}

names! {
    /// In which list the next image of a user message is found; a series of these gives their order.
    UserMessageImageKind {
        /// Among those given by address.
        Inline = "inline",
        /// Among those given by file id.
        File = "file",
    }

    /// In which list the next sound of a user message is found; a series of these gives their order.
    UserMessageAudioKind {
        /// Among those given by address.
        Inline = "inline",
        /// Among those given by file id.
        File = "file",
    }
}
