/** The entry point of a worker process. */
import { serveJob } from "../../runtime/serve-job";
import { work } from "./worker";

serveJob(work);
