//! Calls of the tools that a client offers. Clients of different versions offer a shell under different names and
//! shapes, and hide tools in namespaces or behind a search; the call takes the shape of what is offered.

use serde_json::{Map, Value, json};

/// The first call of a response, of a shell that runs `command`.
pub(super) fn shell(request: &Value, id: &str, command: &str) -> Value {
    let offered = offered(request);
    let has = |name: &str| offered.iter().any(|tool| tool.is(name));
    let script = json!(["bash", "-lc", command]);
    if has("exec_command") {
        function(id, "exec_command", None, &json!({ "cmd": command }))
    } else if has("shell_command") {
        function(id, "shell_command", None, &json!({ "command": command }))
    } else if has("local_shell") {
        let action = json!({ "type": "exec", "command": script, "timeout_ms": 60000, "env": {} });
        json!({ "type": "local_shell_call", "id": format!("lsh_{id}"), "call_id": format!("call_{id}"),
            "status": "completed", "action": action })
    } else if has("exec") {
        let code = format!("const r = await tools.exec_command({}); text(r.output ?? r);", json!({ "cmd": command }));
        json!({ "type": "custom_tool_call", "id": format!("ctc_{id}"), "call_id": format!("call_{id}"),
            "name": "exec", "input": code, "status": "completed" })
    } else {
        function(id, "shell", None, &json!({ "command": script, "timeout_ms": 60000 }))
    }
}

/// The first call of a response, of the tool that starts a sub-agent.
pub(super) fn spawn(request: &Value, id: &str, message: &str) -> Value {
    const NAME: &str = "spawn_agent";
    let offered = offered(request);
    let mut arguments = Map::from_iter([("message".to_owned(), json!(message))]);
    let Some(tool) = offered.iter().find(|tool| tool.is(NAME)) else {
        // What a search would find can be called without it.
        let hidden = offered.iter().any(|tool| tool.is("tool_search"));
        return function(id, NAME, hidden.then_some("multi_agent_v1"), &arguments.into());
    };
    let takes = |member: &str| tool.definition["parameters"]["properties"].get(member).is_some();
    if takes("task_name") {
        arguments.insert("task_name".to_owned(), json!("helper"));
    }
    if takes("fork_turns") {
        arguments.insert("fork_turns".to_owned(), json!("none"));
    }
    function(id, NAME, tool.namespace, &arguments.into())
}

fn function(id: &str, name: &str, namespace: Option<&str>, arguments: &Value) -> Value {
    let mut call = json!({ "type": "function_call", "id": format!("fc_{id}"), "call_id": format!("call_{id}"),
        "name": name, "arguments": arguments.to_string(), "status": "completed" });
    if let Some(namespace) = namespace {
        call["namespace"] = json!(namespace);
    }
    call
}

struct Tool<'a> {
    namespace: Option<&'a str>,
    definition: &'a Value,
}

impl Tool<'_> {
    /// Tools of the API itself have no name, only a type.
    fn is(&self, name: &str) -> bool {
        self.definition.get("name").unwrap_or(&self.definition["type"]) == name
    }
}

/// Every tool that a request offers, in its list or in an item of its input.
fn offered(request: &Value) -> Vec<Tool<'_>> {
    let items = request["input"].as_array().into_iter().flatten();
    let lists = items.filter(|item| item["type"] == "additional_tools").chain([request]);
    let tools = lists.filter_map(|list| list["tools"].as_array()).flatten();
    tools
        .flat_map(|tool| match tool["tools"].as_array() {
            Some(inner) => {
                let namespace = tool["name"].as_str();
                inner.iter().map(|definition| Tool { namespace, definition }).collect()
            }
            None => vec![Tool { namespace: None, definition: tool }],
        })
        .collect()
}
