package chat.testkit;

/** Shows the promises about a turn: finding, stopping, answering, its events. */
interface TurnPromises extends StoresContract {}
