package chat.testkit;

/** Shows the promises of {@code claim}. */
interface ClaimPromises extends StoresContract {}
