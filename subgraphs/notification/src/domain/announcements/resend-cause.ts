/** What the cause of a message begins with that staff sent again. */
export const resendCause = 'resendNotification:'
