package chat.testkit;

/** Shows the promises of {@code accept} about what is busy, edited or retried. */
interface QueuePromises extends StoresContract {}
