//! The routes: `responses` as a stream, `responses/compact`, `models`. Anything else is not found, and a websocket is
//! refused, so that clients fall back to plain requests.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use super::ledger::{Entry, Kind, Ledger, Usage};
use super::script::{Act, Step, prompt, steps, text};
use super::sse::Events;
use super::tools;

/// How the request for a summary begins that Codex puts after a history.
const SUMMARY_WANTED: &str = "CONTEXT CHECKPOINT COMPACTION";

/// A server of its own for each test; it ends with this value.
pub(crate) struct MockServer {
    runtime: Option<Runtime>,
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    ledger: Ledger,
    /// Part of every id, because ids of responses are unique over all servers.
    nonce: String,
}

impl MockServer {
    pub(crate) fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0))).unwrap();
        let port = listener.local_addr().unwrap().port();
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
        let shared = Arc::new(Shared { ledger: Ledger::default(), nonce: format!("{since_epoch:x}{port:x}") });
        let router = Router::new().fallback(answer).layer(DefaultBodyLimit::disable()).with_state(Arc::clone(&shared));
        runtime.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { runtime: Some(runtime), port, shared }
    }

    /// What a client takes as the base of all routes.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.port)
    }

    /// How many requests were answered so far.
    pub(crate) fn mark(&self) -> usize {
        self.shared.ledger.lock().entries.len()
    }

    /// What was answered since then.
    pub(crate) fn since(&self, mark: usize) -> Vec<Entry> {
        self.shared.ledger.lock().entries[mark..].to_vec()
    }

    /// What a thread used since then, or all of them.
    pub(crate) fn used_since(&self, mark: usize, thread: Option<&str>) -> Usage {
        let mut sum = Usage::default();
        let entries = self.since(mark);
        let of_thread = |entry: &&Entry| thread.is_none_or(|thread| entry.thread == thread);
        for entry in entries.iter().filter(|entry| entry.kind != Kind::Aside).filter(of_thread) {
            sum += entry.usage;
        }
        sum
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path();
    if headers.contains_key(header::UPGRADE) {
        return (StatusCode::UPGRADE_REQUIRED, "no websockets here").into_response();
    }
    match method {
        Method::GET if path.ends_with("/models") => as_json(&json!({ "object": "list", "data": [] })),
        Method::POST if path.ends_with("/responses") => shared.respond(&headers, &decode(&headers, &body)).await,
        Method::POST if path.ends_with("/responses/compact") => shared.compact(&headers, &decode(&headers, &body)),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

impl Shared {
    async fn respond(&self, headers: &HeaderMap, request: &Value) -> Response {
        let thread = thread(headers, request);
        let input = request["input"].as_array().map_or(&[][..], Vec::as_slice);
        let number = self.begin();
        let id = format!("{}{number:04}", self.nonce);
        let kind = kind(headers, input);
        let prompt = prompt(input).unwrap_or_default();
        let key = (thread.clone(), prompt);
        let step = match kind {
            Kind::Aside => Step::say("A title"),
            Kind::Compaction => Step::say(&format!("Summary {number} of the work so far.")),
            Kind::Turn => {
                let done = self.ledger.lock().steps.get(&key).copied().unwrap_or(0);
                steps(&key.1).into_iter().nth(done).unwrap_or_else(|| Step::say(&format!("Done ({number}).")))
            }
        };
        tokio::time::sleep(step.wait).await;
        let act = match &step.act {
            _ if ends_with_trigger(input) => compaction(&id),
            Act::Say(words) => json!({ "type": "message", "id": format!("msg_{id}"), "role": "assistant",
                "status": "completed", "content": [{ "type": "output_text", "text": words, "annotations": [] }] }),
            Act::Shell(command) => tools::shell(request, &id, command),
            Act::Spawn(message) => tools::spawn(request, &id, message),
        };
        let thought = json!({ "type": "reasoning", "id": format!("rs_{id}"),
            "summary": [{ "type": "summary_text", "text": format!("**Thinking {number}**") }],
            "encrypted_content": format!("gAAAA-{id}") });
        let mut usage = Usage::of_response(number);
        if let Some((input, output)) = step.usage {
            usage = Usage { input, output, cached: 0, reasoning: 0, ..usage };
        }
        let call_id = act["call_id"].as_str().map(str::to_owned);
        let stream = Events::of_response(&format!("resp_{id}"), &request["model"], &[thought, act], &usage.json());
        if kind == Kind::Turn {
            *self.ledger.lock().steps.entry(key).or_default() += 1;
        }
        self.enter(Entry { kind, thread, body: request.clone(), usage, call_id });
        ([(header::CONTENT_TYPE, "text/event-stream")], stream).into_response()
    }

    /// The compaction that has a route of its own: the user's messages, and the rest as one item.
    fn compact(&self, headers: &HeaderMap, request: &Value) -> Response {
        let number = self.begin();
        let id = format!("{}{number:04}", self.nonce);
        let usage = Usage::of_response(number);
        let users = request["input"].as_array().into_iter().flatten().filter(|item| item["role"] == "user");
        let output: Vec<Value> = users.cloned().chain([compaction(&id)]).collect();
        let entry = Entry {
            kind: Kind::Compaction,
            thread: thread(headers, request),
            body: request.clone(),
            usage,
            call_id: None,
        };
        self.enter(entry);
        as_json(&json!({ "id": format!("resp_{id}"), "object": "response.compaction", "output": output,
            "usage": usage.json() }))
    }

    fn begin(&self) -> u64 {
        let mut state = self.ledger.lock();
        state.begun += 1;
        state.begun
    }

    fn enter(&self, entry: Entry) {
        self.ledger.lock().entries.push(entry);
    }
}

fn compaction(id: &str) -> Value {
    json!({ "type": "compaction", "id": format!("cmp_{id}"), "encrypted_content": format!("ENC-{id}") })
}

fn ends_with_trigger(input: &[Value]) -> bool {
    input.last().is_some_and(|item| item["type"] == "compaction_trigger")
}

fn kind(headers: &HeaderMap, input: &[Value]) -> Kind {
    let metadata = headers.get("x-codex-turn-metadata").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let asks_for_summary =
        input.last().is_some_and(|item| item["role"] == "user" && text(item).contains(SUMMARY_WANTED));
    if metadata.contains(r#""thread_source":"thread_title""#) {
        Kind::Aside
    } else if asks_for_summary || ends_with_trigger(input) {
        Kind::Compaction
    } else {
        Kind::Turn
    }
}

/// Who asks: each version says it in another place.
fn thread(headers: &HeaderMap, request: &Value) -> String {
    let header = |name: &&str| headers.get(*name)?.to_str().ok();
    let named = ["thread-id", "thread_id", "x-codex-thread-id"].iter().find_map(header);
    let metadata = || request["client_metadata"]["thread_id"].as_str();
    let cache = || request["prompt_cache_key"].as_str();
    let older = || ["conversation_id", "session_id", "session-id"].iter().find_map(header);
    named.or_else(metadata).or_else(cache).or_else(older).unwrap_or_default().to_owned()
}

fn decode(headers: &HeaderMap, body: &[u8]) -> Value {
    let encoding = headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok());
    let plain = match encoding {
        None | Some("identity") => body.to_vec(),
        Some("zstd") => zstd::decode_all(body).unwrap(),
        Some(other) => panic!("a body encoded as {other}"),
    };
    serde_json::from_slice(&plain).unwrap()
}

fn as_json(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}
