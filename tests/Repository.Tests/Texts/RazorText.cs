using System.Text;

namespace Playground.RepositoryTests.Texts;

/// <summary>Finds the words in a .razor file that a visitor would read: text, and the attributes that hold text.</summary>
/// <remarks>It knows as much of Razor as telling text from code takes.</remarks>
internal sealed class RazorText
{
    private static readonly HashSet<string> s_attributes =
        ["aria-label", "aria-description", "alt", "title", "placeholder", "label", "button", "warning", "problem", "description"];
    private static readonly string[] s_nameEndings = ["Text", "Label", "Title", "Hint", "Placeholder"];
    private static readonly HashSet<string> s_empty = ["img", "input", "br", "hr", "meta", "link", "base", "source", "wbr", "col", "area"];
    private static readonly string[] s_directives = ["page", "inject", "using", "inherits", "implements", "typeparam", "layout",
        "attribute", "namespace", "rendermode", "preservewhitespace"];
    private static readonly string[] s_statements = ["if", "for", "foreach", "while", "switch", "using", "lock", "try", "do"];
    private static readonly string[] s_continuations = ["else if", "else", "catch", "finally", "while"];

    // Names of the program and of keys, which are the same in every language.
    private static readonly HashSet<string> s_names = ["Playground", "Ctrl+Enter", "Esc"];

    private readonly string _source;
    private readonly List<(int Line, string Text)> _found = [];
    private int _at;

    private RazorText(string source) => _source = source;

    /// <summary>What is text and has a word of two letters or more, with its line from 1 on.</summary>
    public static IReadOnlyList<(int Line, string Text)> Find(string source)
    {
        var reader = new RazorText(source);
        reader.ReadMarkup();
        return reader._found;
    }

    private void ReadMarkup()
    {
        var text = new StringBuilder();
        while (_at < _source.Length)
        {
            if (_source[_at] == '<' && (Follows("</") || Follows("<!") || IsLetter(_at + 1)))
            {
                Flush(text);
                if (Follows("</")) return;
                ReadElement();
            }
            else if (_source[_at] == '@' && !Follows("@@"))
            {
                text.Append(' ');
                ReadTransition(isText: true);
            }
            else text.Append(_source[_at++]);
        }
        Flush(text);
    }

    private void Flush(StringBuilder text)
    {
        Report(text.ToString());
        text.Clear();
    }

    private void Report(string text)
    {
        text = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var hasWord = text.Split(' ').Any(w => w.Count(char.IsLetter) >= 2 && !s_names.Contains(w) && !w.StartsWith('&'));
        if (hasWord) _found.Add((_source.AsSpan(0, _at).Count('\n') + 1, text));
    }

    // At '<' of an element, a comment or a document type.
    private void ReadElement()
    {
        if (Follows("<!"))
        {
            var end = Follows("<!--") ? "-->" : ">";
            _at = _source.IndexOf(end, _at, StringComparison.Ordinal) + end.Length;
            return;
        }
        _at++;
        var name = ReadName();
        while (!Follows(">") && !Follows("/>"))
        {
            if (_source[_at] == '@' && (Follows("@*") || Follows("@("))) ReadTransition(isText: false);
            else if (char.IsWhiteSpace(_source[_at])) _at++;
            else ReadAttribute();
        }
        var isEmpty = Follows("/>") || s_empty.Contains(name);
        _at += Follows("/>") ? 2 : 1;
        if (isEmpty) return;
        if (name is "script" or "style") _at = _source.IndexOf($"</{name}", _at, StringComparison.Ordinal);
        else ReadMarkup();
        if (_at < _source.Length) _at = _source.IndexOf('>', _at) + 1;
    }

    private void ReadAttribute()
    {
        var name = ReadName();
        if (!Follows("=")) return;
        _at++;
        var isText = s_attributes.Contains(name.ToLowerInvariant()) || s_nameEndings.Any(e => name.EndsWith(e, StringComparison.Ordinal));
        var quote = _source[_at];
        if (quote is not ('"' or '\''))
        {
            while (!char.IsWhiteSpace(_source[_at]) && _source[_at] != '>') _at++;
            return;
        }
        var text = new StringBuilder();
        for (_at++; _source[_at] != quote;)
        {
            if (_source[_at] == '@' && !Follows("@@"))
            {
                text.Append(' ');
                ReadTransition(isText);
            }
            else if (_source[_at] is '(' && !isText) _at = CodeReader.SkipBrackets(_source, _at);
            else text.Append(_source[_at++]);
        }
        _at++;
        if (isText) Report(text.ToString());
    }

    // At '@'.
    private void ReadTransition(bool isText)
    {
        if (Follows("@*"))
        {
            _at = _source.IndexOf("*@", _at, StringComparison.Ordinal) + 2;
            return;
        }
        _at++;
        if (_source[_at] == '(')
        {
            var literals = new List<string>();
            _at = CodeReader.SkipBrackets(_source, _at, literals);
            if (isText) literals.ForEach(Report);
            return;
        }
        if (_source[_at] == '{')
        {
            ReadBlock();
            return;
        }
        var word = ReadName();
        if (word is "code" or "functions") _at = CodeReader.SkipBrackets(_source, _source.IndexOf('{', _at));
        else if (s_statements.Contains(word) && !(word == "using" && !_source[_at..].TrimStart().StartsWith('('))) ReadStatement();
        else if (s_directives.Contains(word)) _at = _source.IndexOf('\n', _at) is var end && end < 0 ? _source.Length : end;
        else ReadChain();
    }

    // The rest of an expression without brackets around it: T["Key"], job.Steps, Find(x)!.Name.
    private void ReadChain()
    {
        while (_at < _source.Length)
        {
            if (_source[_at] is '(' or '[') _at = CodeReader.SkipBrackets(_source, _at);
            else if (Follows("?.") && IsLetter(_at + 2)) _at += 2;
            else if (_source[_at] is '.' or '!' && (IsLetter(_at + 1) || Follows("!."))) _at++;
            else if (char.IsLetterOrDigit(_source[_at]) || _source[_at] == '_') _at++;
            else return;
        }
    }

    // After the first word of a statement.
    private void ReadStatement()
    {
        string? more;
        do
        {
            while (_source[_at] != '{') _at = _source[_at] == '(' ? CodeReader.SkipBrackets(_source, _at) : _at + 1;
            ReadBlock();
            var next = _at;
            while (next < _source.Length && char.IsWhiteSpace(_source[next])) next++;
            more = s_continuations.FirstOrDefault(w => _source.AsSpan(next).StartsWith(w) && !char.IsLetter(_source[next + w.Length]));
            if (more is not null) _at = next + more.Length;
        }
        while (more is not null);
    }

    // At '{': code, in which an element may stand where a statement may.
    private void ReadBlock()
    {
        _at++;
        var last = '{';
        while (_source[_at] != '}')
        {
            var c = _source[_at];
            if (char.IsWhiteSpace(c)) _at++;
            else if (c == '<' && last is '{' or '}' or ';' or ':' or '>' && (IsLetter(_at + 1) || Follows("<!--")))
            {
                ReadElement();
                last = '>';
            }
            else if (Follows("@*") || Follows("@("))
            {
                ReadTransition(isText: true);
                last = '>';
            }
            else if (c == '{')
            {
                ReadBlock();
                last = '}';
            }
            else
            {
                last = c;
                if (CodeReader.StartsString(_source, _at)) _at = CodeReader.SkipString(_source, _at, new StringBuilder());
                else if (c is '(' or '[') _at = CodeReader.SkipBrackets(_source, _at);
                else _at++;
            }
        }
        _at++;
    }

    private string ReadName()
    {
        var start = _at;
        while (_at < _source.Length && (char.IsLetterOrDigit(_source[_at]) || _source[_at] is '-' or '_' or ':' or '@')) _at++;
        if (_at == start) _at++;
        return _source[start.._at];
    }

    private bool Follows(string text) => _source.AsSpan(_at).StartsWith(text);

    private bool IsLetter(int at) => at < _source.Length && (char.IsLetter(_source[at]) || _source[at] == '_');
}
