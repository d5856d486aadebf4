package chat.testkit;

import chat.port.Store;

/** Asks for what the promises of both storage ports are shown on. */
interface StoreContract {
  Store store();
}
