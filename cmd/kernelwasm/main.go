//go:build js && wasm

package main

import (
	"runtime/debug"
	"syscall/js"

	"jieshi/geo/overlay"
)

func main() {
	// A frame leaves about a megabyte behind; collecting every 64 MB instead of
	// every 4 keeps pauses out of a drag.
	debug.SetGCPercent(1600)
	desk := &desk{}
	kernel := js.Global().Get("Object").New()
	kernel.Set("version", overlay.Version)
	kernel.Set("lay", js.FuncOf(func(_ js.Value, args []js.Value) any {
		return said(desk.lay(args[0].Int(), numbersFrom(args[1])))
	}))
	kernel.Set("divide", js.FuncOf(func(_ js.Value, args []js.Value) any {
		figures, err := desk.divide(numbersFrom(args[0]))
		if err == nil {
			js.CopyBytesToJS(args[1], bytesOf(figures))
		}
		return said(err)
	}))
	kernel.Set("parts", js.FuncOf(func(js.Value, []js.Value) any {
		content := bytesOf(desk.parts())
		array := js.Global().Get("Uint8Array").New(len(content))
		js.CopyBytesToJS(array, content)
		return array
	}))
	js.Global().Set("jieshiKernel", kernel)
	select {} // the functions live as long as the page
}

func said(err error) string {
	if err != nil {
		return err.Error()
	}
	return ""
}

func numbersFrom(array js.Value) []float64 {
	content := make([]byte, array.Length())
	js.CopyBytesToGo(content, array)
	return numbersOf(content)
}
