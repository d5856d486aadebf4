// Stands in for ChatKit's web component, which only its CDN has: by the component's declarations it
// takes options, asks through their `fetch` and tells its events. It shows words and nothing else.
class StandIn extends HTMLElement {
  #options;
  #thread = null;

  setOptions(options) {
    const isFirst = !this.#options;
    this.#options = options;
    if (!isFirst) return;
    this.#thread = options.initialThread ?? null;
    this.#tell("ready");
    if (this.#thread) void this.fetchUpdates();
  }

  async sendUserMessage({ text }) {
    const content = [{ type: "input_text", text }];
    const input = { content, attachments: [], inference_options: {} };
    this.textContent = "";
    this.#tell("response.start");
    const request = this.#thread
      ? { type: "threads.add_user_message", params: { thread_id: this.#thread, input } }
      : { type: "threads.create", params: { input } };
    const response = await this.#ask(request);
    if (response) await this.#show(response.body);
    this.#tell("response.end");
  }

  async fetchUpdates() {
    const params = { thread_id: this.#thread };
    const response = await this.#ask({ type: "threads.get_by_id", params });
    if (!response) return;
    const { items } = await response.json();
    const answers = items.data.filter((item) => item.type === "assistant_message");
    this.textContent = answers.map((item) => item.content[0].text).join("\n");
  }

  async #ask(request) {
    const { fetch, url } = this.#options.api;
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(request) });
    if (response.ok) return response;
    const { error } = await response.json();
    this.#tell("error", { error: new Error(error.message) });
    return undefined;
  }

  async #show(body) {
    let text = "";
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const frames = (text + read.value).split("\n\n");
      text = frames.pop();
      frames.filter((frame) => frame.startsWith("data: ")).forEach((frame) => this.#take(JSON.parse(frame.slice(6))));
    }
  }

  #take({ type, thread, update }) {
    if (type === "thread.created") {
      this.#thread = thread.id;
      this.#tell("thread.change", { threadId: thread.id });
    }
    if (update?.type === "assistant_message.content_part.text_delta") this.append(update.delta);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(`chatkit.${name}`, { detail }));
  }
}

customElements.define("openai-chatkit", StandIn);
