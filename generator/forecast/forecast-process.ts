/** The entry point of the process that makes a forecast. */
import { serveJob } from "../../runtime/serve-job";
import { logForecast } from "./log-forecast";

serveJob(logForecast);
