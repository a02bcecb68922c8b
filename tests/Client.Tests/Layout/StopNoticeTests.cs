using System.Globalization;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Playground.Client.Layout;

namespace Playground.Client.Tests.Layout;

public sealed class StopNoticeTests : ComponentTest
{
    [Fact]
    public void It_is_in_the_pages_language_whatever_the_servers_is()
    {
        using var lifetime = new Lifetime();
        Services.AddSingleton<IHostApplicationLifetime>(lifetime);
        Services.AddSingleton<StopAnnouncement>();
        var before = CultureInfo.CurrentUICulture;
        try
        {
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-Hans");
            var notice = Render<StopNotice>();
            Assert.Empty(notice.FindAll("#stopping"));
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en");
            lifetime.StopApplication();
            Assert.Matches("[\\u4e00-\\u9fff]", One(notice, "#stopping p").TextContent);
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    private sealed class Lifetime : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => _stopping.Cancel();

        public void Dispose() => _stopping.Dispose();
    }
}
