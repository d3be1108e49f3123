import { secureHeaders } from 'hono/secure-headers';

/**
 * What every answer tells a browser, the API's as well as the pages'. Scripts and styles come from this server alone, so trace text can
 * never run or dress itself up as part of a page, and no image of a trace is fetched from elsewhere. React and the chart set styles
 * through the DOM, which the policy does not concern; no library here writes a style element.
 *
 * No Strict-Transport-Security: whether a host is to be reached by TLS alone is for whoever puts TLS in front to say.
 */
export const securityHeaders = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    fontSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    workerSrc: ["'self'"],
    manifestSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: 'DENY',
  referrerPolicy: 'no-referrer',
  crossOriginOpenerPolicy: 'same-origin',
  crossOriginResourcePolicy: 'same-origin',
  permissionsPolicy: { camera: [], geolocation: [], microphone: [], payment: [], usb: [] },
  strictTransportSecurity: false,
});
