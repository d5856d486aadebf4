package chat.testkit;

/** Shows the promises about reading and switching the history. */
interface HistoryPromises extends StoresContract {}
