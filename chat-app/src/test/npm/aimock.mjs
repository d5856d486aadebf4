// A model server that others wrote, with the answers of aimock.json in small pieces. Faults are set
// through its own control API.
import { LLMock } from "@copilotkit/aimock";
import { fileURLToPath } from "node:url";

const model = new LLMock({ port: 0, host: "127.0.0.1", chunkSize: 7 });
model.loadFixtureFile(fileURLToPath(new URL("aimock.json", import.meta.url)));
console.log(`aimock is at ${await model.start()}`);
