import { render } from "preact";
import { App } from "./app";
import { listenToKeys } from "./lib/keys";
import { followLinks } from "./router";

listenToKeys();
followLinks();
render(<App />, document.getElementById("app")!);
