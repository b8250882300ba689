/** The origin of the page that buys a ticket in a browser. */
export const shopOrigin = 'http://localhost:5173'
