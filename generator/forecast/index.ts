export { announceApart } from "./announce";
export { calibrate } from "./calibrate";
export { forecast, type Forecast } from "./forecast";
export { forecastLines } from "./format";
