package chat.testkit;

/** Shows the promises about writing a turn. */
interface JournalPromises extends StoresContract {}
