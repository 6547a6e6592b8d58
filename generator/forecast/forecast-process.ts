/** The entry point of the process that makes a forecast. */
import { serveJob } from "../../common/serve-job";
import { logForecast } from "./log-forecast";

serveJob(logForecast);
