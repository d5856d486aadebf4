package chat.testkit;

/** Shows the promises of {@code accept} when nothing else goes on. */
interface AcceptPromises extends StoresContract {}
