// A gateway of the production kind in front of a model server: it translates the requests to
// PROVIDER's protocol, sends them to UPSTREAM, and translates the answers back. The gateway is told
// both by headers, which a server before it adds, since our agent sends none.
import http from "node:http";
import net from "node:net";

const { PROVIDER, UPSTREAM } = process.env;

// It would listen on every interface, at a port of its own choice.
const listen = net.Server.prototype.listen;
const ready = new Promise((resolve) => {
  net.Server.prototype.listen = function (...args) {
    this.once("listening", () => resolve(this.address().port));
    return listen.call(this, 0, "127.0.0.1", ...args.filter((it) => typeof it === "function"));
  };
});
process.argv.push("--headless");
await import("./node_modules/@portkey-ai/gateway/build/start-server.js");
const port = await ready;
net.Server.prototype.listen = listen;

const front = http.createServer((request, response) => {
  const { host, ...headers } = request.headers;
  const options = {
    host: "127.0.0.1",
    port,
    method: request.method,
    path: request.url,
    headers: { ...headers, "x-portkey-provider": PROVIDER, "x-portkey-custom-host": UPSTREAM },
  };
  const onward = http.request(options, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.on("error", () => response.destroy());
    answer.on("aborted", () => response.destroy());
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  response.on("close", () => onward.destroy());
  request.pipe(onward);
});
front.listen(0, "127.0.0.1", () => {
  console.log(`gateway is at http://127.0.0.1:${front.address().port}`);
});
