/** Makes a forecast in a process of its own. */
import { serveJob } from "../../runtime/serve-job";
import { announce } from "./announce";

serveJob(announce);
