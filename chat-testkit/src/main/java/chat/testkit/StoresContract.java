package chat.testkit;

/** Asks for what the promises of both storage ports are shown on. */
interface StoresContract {
  Stores stores();
}
