package main

import "net/http"

func (p *program) handler(_ *app) (http.Handler, func(), error) { return http.NotFoundHandler(), func() {}, nil }
