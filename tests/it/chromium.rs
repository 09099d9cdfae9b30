//! A headless Chromium, driven by its DevTools protocol over two pipes: no port, no other program.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

/// How long a page may take for anything.
const PATIENCE: Duration = Duration::from_secs(20);

const ARGUMENTS: [&str; 12] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--window-size=1400,1000",
    "--remote-debugging-pipe",
];

/// One browser with one page; both end with this value.
pub(crate) struct Chromium {
    browser: Child,
    commands: ChildStdin,
    messages: Receiver<Value>,
    session: Option<String>,
    sent: u64,
    /// What the page did without being asked.
    events: Vec<Value>,
    _profile: TempDir,
}

impl Chromium {
    /// Starts the program that `CHROMIUM` names, else `chromium`.
    pub(crate) fn start() -> Self {
        let program = std::env::var("CHROMIUM").unwrap_or_else(|_| "chromium".to_owned());
        let profile = tempfile::tempdir().unwrap();
        // The browser reads commands from its descriptor 3 and writes to 4, which only a shell can arrange.
        let mut browser = Command::new("sh")
            .args(["-c", r#"exec "$@" 3<&0 4>&1 </dev/null >/dev/null"#, "sh", &program])
            .args(ARGUMENTS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let commands = browser.stdin.take().unwrap();
        let mut answers = BufReader::new(browser.stdout.take().unwrap());
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut message = Vec::new();
            while answers.read_until(0, &mut message).is_ok_and(|bytes| bytes > 1) {
                message.pop();
                if sender.send(serde_json::from_slice(&message).unwrap()).is_err() {
                    break;
                }
                message.clear();
            }
        });
        let mut chromium =
            Self { browser, commands, messages, session: None, sent: 0, events: Vec::new(), _profile: profile };
        let page = chromium.call("Target.createTarget", &json!({ "url": "about:blank" }))["targetId"].clone();
        let session = chromium.call("Target.attachToTarget", &json!({ "targetId": page, "flatten": true }));
        chromium.session = Some(session["sessionId"].as_str().unwrap().to_owned());
        for domain in ["Page", "Runtime", "Log", "Network"] {
            chromium.call(&format!("{domain}.enable"), &json!({}));
        }
        chromium
    }

    /// Calls a method and gives its result.
    #[track_caller]
    pub(crate) fn call(&mut self, method: &str, params: &Value) -> Value {
        self.sent += 1;
        let id = self.sent;
        let mut command = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = &self.session {
            command["sessionId"] = json!(session);
        }
        let sent = self.commands.write_all(format!("{command}\0").as_bytes());
        let missing = "Chromium does not answer; install it (apt-get install chromium) or name it in CHROMIUM";
        sent.expect(missing);
        loop {
            let mut message = self.messages.recv_timeout(PATIENCE).expect(missing);
            if message["id"] == id {
                assert_eq!(message["error"], Value::Null, "{method}");
                return message["result"].take();
            }
            self.events.push(message);
        }
    }

    /// Opens a file and waits until its page is built; tells how long that took.
    #[track_caller]
    pub(crate) fn open(&mut self, page: &Path) -> Duration {
        self.events.clear();
        let began = Instant::now();
        self.call("Page.navigate", &json!({ "url": format!("file://{}", page.display()) }));
        self.wait("document.documentElement?.dataset.ready !== undefined");
        began.elapsed()
    }

    /// The value of an expression in the page.
    #[track_caller]
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let mut result = self.call("Runtime.evaluate", &params);
        assert_eq!(result["exceptionDetails"], Value::Null, "{expression}");
        result["result"]["value"].take()
    }

    /// Waits until an expression is true.
    #[track_caller]
    pub(crate) fn wait(&mut self, expression: &str) {
        let began = Instant::now();
        while self.value(expression) != true {
            assert!(began.elapsed() < PATIENCE, "{expression}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Types into what has the focus, key by key.
    pub(crate) fn press(&mut self, keys: &str) {
        for key in keys.chars() {
            self.key(&key.to_string(), &key.to_string());
        }
    }

    /// Presses a key that has a name.
    pub(crate) fn key(&mut self, name: &str, text: &str) {
        self.call("Input.dispatchKeyEvent", &json!({ "type": "keyDown", "key": name, "text": text }));
        self.call("Input.dispatchKeyEvent", &json!({ "type": "keyUp", "key": name }));
    }

    /// What the page asked of the network or of the disk.
    pub(crate) fn requests(&self) -> Vec<&str> {
        let requests = self.events.iter().filter(|event| event["method"] == "Network.requestWillBeSent");
        requests.map(|event| event["params"]["request"]["url"].as_str().unwrap()).collect()
    }

    /// What the page complained about: its console, uncaught errors, what the policy forbade.
    pub(crate) fn complaints(&self) -> Vec<&Value> {
        let methods = ["Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"];
        self.events.iter().filter(|event| methods.iter().any(|method| event["method"] == *method)).collect()
    }

    /// Shows the page to a person who prefers dark or light.
    pub(crate) fn prefer(&mut self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.call("Emulation.setEmulatedMedia", &json!({ "features": features }));
    }

    /// The window as a picture in PNG.
    pub(crate) fn picture(&mut self) -> Vec<u8> {
        let picture = self.call("Page.captureScreenshot", &json!({ "format": "png" }));
        BASE64_STANDARD.decode(picture["data"].as_str().unwrap()).unwrap()
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // The browser may be gone already, if a test failed for that.
        let _sent = self.commands.write_all(b"{\"id\":0,\"method\":\"Browser.close\"}\0");
        let deadline = Instant::now() + Duration::from_secs(5);
        while matches!(self.browser.try_wait(), Ok(None)) && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _killed = self.browser.kill();
        let _ended = self.browser.wait();
    }
}
