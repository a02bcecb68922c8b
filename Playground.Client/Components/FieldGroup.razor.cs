using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Playground.Client.Components;

/// <summary>The fields of one form. Before anything is sent, the form asks it whether all of them can be used.</summary>
public sealed partial class FieldGroup(IJSRuntime js) : IAsyncDisposable
{
    private readonly List<IField> _fields = [];
    private ElementReference _root;
    private IJSObjectReference? _module;
    private bool _isGone;

    /// <summary>Classes of the element around the fields.</summary>
    [Parameter] public string? Class { get; set; }

    /// <summary>The fields, at any depth.</summary>
    [Parameter] public RenderFragment? ChildContent { get; set; }

    /// <summary>Whether every field can be used. Where one cannot, the first of those is brought into view and gets the focus.</summary>
    public async Task<bool> CheckAsync()
    {
        if (_fields.All(f => f.IsValid)) return true;
        await RevealAsync();
        return false;
    }

    /// <summary>Brings the first field that shows a problem into view, out of folds too, and gives it the focus.</summary>
    public async Task RevealAsync()
    {
        _module ??= await js.LoadAsync("fields", () => _isGone);
        if (_module is null) return;
        await _module.InvokeVoidAsync("revealFirstProblem", _root);
    }

    internal void Add(IField field) => _fields.Add(field);

    internal void Remove(IField field) => _fields.Remove(field);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _isGone = true;
        if (_module is null) return;
        try
        {
            await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The tab is gone.
        }
    }
}
