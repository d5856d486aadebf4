/**
 * Checks what is said over HTTP against {@code openapi.yaml}, for the tests of every module that
 * talks to the server. Depends on OkHttp, Jackson and a validator of JSON Schema. Start reading at
 * {@link chat.contract.ContractCheck}.
 */
@NullMarked
package chat.contract;

import org.jspecify.annotations.NullMarked;
