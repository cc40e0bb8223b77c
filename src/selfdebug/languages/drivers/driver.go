// Reads the arguments of one call from a file and writes what it gave to another; see selfdebug.execution.calls.values.
package main

import (
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"reflect"
	"strconv"
	"strings"
)

var selfdebugWords []string

func selfdebugWord() string {
	word := selfdebugWords[0]
	selfdebugWords = selfdebugWords[1:]
	return word
}

func selfdebugTake(kind reflect.Type) reflect.Value {
	value := reflect.New(kind).Elem()
	letter := selfdebugWord()
	if letter == "n" {
		return value
	}
	if kind.Kind() == reflect.Ptr {
		selfdebugWords = append([]string{letter}, selfdebugWords...)
		pointer := reflect.New(kind.Elem())
		pointer.Elem().Set(selfdebugTake(kind.Elem()))
		return pointer
	}
	word := selfdebugWord()
	switch letter {
	case "b":
		value.SetBool(word == "1")
	case "i":
		if kind.Kind() >= reflect.Uint && kind.Kind() <= reflect.Uintptr {
			number, _ := strconv.ParseUint(word, 10, 64)
			value.SetUint(number)
		} else {
			number, _ := strconv.ParseInt(word, 10, 64)
			value.SetInt(number)
		}
	case "d":
		bits, _ := strconv.ParseUint(word, 16, 64)
		value.SetFloat(math.Float64frombits(bits))
	case "s":
		text, _ := hex.DecodeString(word[1:])
		switch kind.Kind() {
		case reflect.String:
			value.SetString(string(text))
		case reflect.Slice:
			value.Set(reflect.ValueOf(text).Convert(kind))
		case reflect.Uint8:
			value.SetUint(uint64(text[0]))
		default:
			value.SetInt(int64([]rune(string(text))[0]))
		}
	default:
		selfdebugTakeMany(kind, value, word)
	}
	return value
}

func selfdebugTakeMany(kind reflect.Type, value reflect.Value, word string) {
	count, _ := strconv.Atoi(word)
	switch kind.Kind() {
	case reflect.Map:
		value.Set(reflect.MakeMap(kind))
		for i := 0; i < count; i++ {
			key := selfdebugTake(kind.Key())
			item := reflect.Zero(kind.Elem())
			if kind.Elem().Kind() != reflect.Struct || kind.Elem().NumField() > 0 {
				item = selfdebugTake(kind.Elem())
			}
			value.SetMapIndex(key, item)
		}
	case reflect.Array:
		for i := 0; i < count; i++ {
			item := selfdebugTake(kind.Elem())
			if i < kind.Len() {
				value.Index(i).Set(item)
			}
		}
	case reflect.Struct:
		for i := 0; i < count; i++ {
			value.Field(i).Set(selfdebugTake(kind.Field(i).Type))
		}
	default:
		value.Set(reflect.MakeSlice(kind, count, count))
		for i := 0; i < count; i++ {
			value.Index(i).Set(selfdebugTake(kind.Elem()))
		}
	}
}

func selfdebugPutText(text string) string { return "s x" + hex.EncodeToString([]byte(text)) + " " }

// Characters are int32 and uint8 here: only the function's own source tells them from numbers.
func selfdebugPut(value reflect.Value, shape string) string {
	switch value.Kind() {
	case reflect.Invalid:
		return "n "
	case reflect.Ptr, reflect.Interface:
		if value.IsNil() {
			return "n "
		}
		return selfdebugPut(value.Elem(), shape)
	case reflect.Bool:
		if value.Bool() {
			return "b 1 "
		}
		return "b 0 "
	case reflect.Float32, reflect.Float64:
		return fmt.Sprintf("d %016x ", math.Float64bits(value.Float()))
	case reflect.String:
		return selfdebugPutText(value.String())
	case reflect.Map:
		return selfdebugPutMap(value, shape)
	case reflect.Struct:
		text := fmt.Sprintf("t %d ", value.NumField())
		for i := 0; i < value.NumField(); i++ {
			text += selfdebugPut(value.Field(i), shape)
		}
		return text
	case reflect.Slice, reflect.Array:
		text := strings.Builder{}
		fmt.Fprintf(&text, "l %d ", value.Len())
		for i := 0; i < value.Len(); i++ {
			text.WriteString(selfdebugPut(value.Index(i), shape))
		}
		return text.String()
	}
	if value.CanUint() {
		if shape == "character" {
			return selfdebugPutText(string([]byte{byte(value.Uint())}))
		}
		return fmt.Sprintf("i %d ", value.Uint())
	}
	if value.CanInt() {
		if shape == "character" {
			return selfdebugPutText(string(rune(value.Int())))
		}
		return fmt.Sprintf("i %d ", value.Int())
	}
	panic("returns a " + value.Type().String() + ", which tests cannot compare")
}

func selfdebugPutMap(value reflect.Value, shape string) string {
	element := value.Type().Elem()
	isSet := element.Kind() == reflect.Struct && element.NumField() == 0
	text := strings.Builder{}
	for _, key := range value.MapKeys() {
		text.WriteString(selfdebugPut(key, shape))
		if !isSet {
			text.WriteString(selfdebugPut(value.MapIndex(key), shape))
		}
	}
	letter := "m"
	if isSet {
		letter = "e"
	}
	return fmt.Sprintf("%s %d %s", letter, value.Len(), text.String())
}

func main() {
	read, _ := os.ReadFile("arguments")
	selfdebugWords = strings.Fields(string(read))[1:]
	called := reflect.ValueOf(SELFDEBUG_CALLED)
	arguments := []reflect.Value{}
	for i := 0; i < called.Type().NumIn(); i++ {
		arguments = append(arguments, selfdebugTake(called.Type().In(i)))
	}
	var returned []reflect.Value
	if called.Type().IsVariadic() {
		returned = called.CallSlice(arguments)
	} else {
		returned = called.Call(arguments)
	}
	text := ""
	if len(returned) > 1 {
		text = fmt.Sprintf("t %d ", len(returned))
	}
	for i, value := range returned {
		text += selfdebugPut(value, []string{SELFDEBUG_SHAPES}[i])
	}
	for _, index := range []int{SELFDEBUG_CHANGED} {
		text += selfdebugPut(arguments[index], []string{SELFDEBUG_ARGUMENTS}[index])
	}
	if os.WriteFile("result", []byte(text+"end\n"), 0o600) != nil {
		os.Exit(3)
	}
	os.Exit(0)
}
