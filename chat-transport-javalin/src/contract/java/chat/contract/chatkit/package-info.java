/**
 * Checks what is said in the ChatKit protocol, and plays transcripts of it, knowing nothing of how
 * the server is written: everything here is taken from the protocol's description. Depends on
 * OkHttp, Jackson and the domain. Start reading at {@link chat.contract.chatkit.ChatKitCheck}.
 */
@NullMarked
package chat.contract.chatkit;

import org.jspecify.annotations.NullMarked;
