"use strict";
const root = document.documentElement;
const english = () => root.dataset.lang === "en";
const listeners = [];
document.querySelectorAll("[data-set-lang]").forEach((button) => button.addEventListener("click", () => {
  root.dataset.lang = button.dataset.setLang;
  root.lang = english() ? "en" : "zh-CN";
  document.querySelectorAll("[data-set-lang]").forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
  listeners.forEach((one) => one());
}));
