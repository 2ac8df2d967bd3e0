/** Close code of every WebSocket whose session has ended, or whose person has another role now (4000-4999 are the application's). */
export const CLOSE_SESSION_ENDED = 4401;
