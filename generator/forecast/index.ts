export { forecastInSubprocess } from "./log-forecast";
export { calibrate } from "./calibrate";
export { forecast, type Forecast } from "./forecast";
export { forecastLines } from "./format";
