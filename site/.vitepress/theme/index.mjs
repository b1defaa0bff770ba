// VitePress' own theme; its font lies in the site itself, so that a page asks no other server for anything.
import theme from "vitepress/theme";
import "./style.css";

export default theme;
