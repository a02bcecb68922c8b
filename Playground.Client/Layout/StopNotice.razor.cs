namespace Playground.Client.Layout;

/// <summary>What a page shows when the server is about to stop.</summary>
public sealed partial class StopNotice
{
    private readonly TaskCompletionSource _shown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _stops;
    private string _text = "";

    /// <inheritdoc />
    protected override void OnInitialized() => _text = T["Stopping"];

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) Announcement.Add(TellAsync);
        // After a render that the browser has acknowledged.
        if (_stops) _shown.TrySetResult();
    }

    // Called by the server, which speaks another language than the page; its text is there already.
    private async Task TellAsync()
    {
        await InvokeAsync(() =>
        {
            _stops = true;
            StateHasChanged();
        });
        await _shown.Task;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Announcement.Remove(TellAsync);
        _shown.TrySetResult();
    }
}
