// A real Better Auth, in memory: sign-up by e-mail, tokens, keys; and what its operator may do.
import { createServer } from "node:http";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { toNodeHandler } from "better-auth/node";
import { jwt } from "better-auth/plugins";

const server = createServer();
await new Promise((listening) => server.listen(Number(process.env.PORT), "127.0.0.1", listening));
const baseURL = `http://127.0.0.1:${server.address().port}`;

const tables = { user: [], session: [], account: [], verification: [], jwks: [] };
const handle = toNodeHandler(
  betterAuth({
    baseURL,
    secret: process.env.SECRET,
    database: memoryAdapter(tables),
    emailAndPassword: { enabled: true },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    plugins: [jwt()],
  }),
);

let fetches = 0;
const operator = {
  // As rotationInterval does when a key's time is over: the next token is signed with a new one.
  "/operator/rotate": () => tables.jwks.forEach((key) => (key.expiresAt = new Date(Date.now() - 1000))),
  // As the end of gracePeriod does.
  "/operator/forget": () => (tables.jwks = tables.jwks.filter((key) => !key.expiresAt)),
};

server.on("request", (request, response) => {
  const act = operator[request.url];
  if (act) {
    act();
    response.end(JSON.stringify({ keys: tables.jwks.length, fetches }));
    return;
  }
  if (request.url === "/operator/count") {
    response.end(JSON.stringify({ keys: tables.jwks.length, fetches }));
    return;
  }
  if (request.url === "/api/auth/jwks") fetches += 1;
  handle(request, response);
});
console.log("ready at " + baseURL);
